// The screen of a recorded terminal at a given time.
#ifndef ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_
#define ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "gateway/record/playback.h"
#include "gateway/screen/screen.h"

namespace cli {

// Reads one or more durations in a row: "1h2m", "90s", "1m500ms". nullopt for any other text, and
// above 64 characters.
std::optional<std::chrono::milliseconds> ParseAt(std::string_view text);

struct Reached {
  screen::Screen screen;
  std::optional<record::Moment> next;  // the first moment after that time, if there is one
  std::chrono::milliseconds last{0};   // time of the last moment before `next`
};

// Reads the recording up to `at`, moments at that time included, or to its end without `at`. The
// screen gets the terminal's output and sizes; without a terminal it stays empty. kInvalid if this
// part of the recording is damaged.
base::Result<Reached> Reach(record::Playback& playback,
                            std::optional<std::chrono::milliseconds> at);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_REPLAY_SCREEN_H_
