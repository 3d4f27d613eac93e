// The recorded terminal's screen at a time of a replay.
#ifndef ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_
#define ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "gateway/record/playback.h"
#include "gateway/screen/screen.h"

namespace cli {

// One or more durations in a row: "1h2m", "90s", "1m500ms". nullopt for any other text.
std::optional<std::chrono::milliseconds> ParseAt(std::string_view text);

struct Reached {
  screen::Screen screen;
  std::optional<record::Moment> next;  // the first one after that time, if there is one
  std::chrono::milliseconds last{0};   // time of the last one before it
};

// Reads the recording up to `at`, moments at that time included; to its end without a time. The
// screen gets the terminal's output and sizes; without a terminal it stays empty. kInvalid if the
// recording is damaged before.
base::Result<Reached> Reach(record::Playback& playback,
                            std::optional<std::chrono::milliseconds> at);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_
