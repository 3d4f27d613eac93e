// OnDisconnect: what happens to a run when its client has gone ("on_disconnect" in gateway.json, an
// app file, an entry of `commands`, or a rule).
#ifndef ONEOFF_CONFIG_ON_DISCONNECT_H_
#define ONEOFF_CONFIG_ON_DISCONNECT_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/json_reader.h"

namespace config {

struct Disconnect {
  enum class Action {
    kHangUp,    // "hangup": the supervisor ends the run
    kKeep,      // "keep 15m": as kHangUp, if no client attaches within `keep`
    kContinue,  // "continue": the run goes on to its end or its time limit
  };
  Action action = Action::kHangUp;
  std::chrono::milliseconds keep{0};  // of kKeep; 1 s to 30 d

  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};

// A client goes in two ways: it leaves on purpose (it closes the channel or disconnects), or its
// connection is lost. Absent: the next wider place decides, and then the defaults.
struct OnDisconnect {
  std::optional<Disconnect> left;
  std::optional<Disconnect> lost;

  friend bool operator==(const OnDisconnect&, const OnDisconnect&) = default;
};

inline constexpr std::string_view kDisconnectHint =
    "write \"hangup\", \"continue\", or \"keep 15m\" with 1s to 30d";

// Reads "hangup", "keep 15m" or "continue". nullopt for any other text.
std::optional<Disconnect> ParseDisconnect(std::string_view text);

// Reads the key "on_disconnect" of an object, if it is present. Adds each error to `problems`.
void ReadOnDisconnect(const Document& document, ObjectReader& reader, Problems& problems,
                      OnDisconnect& terms);

// The values of `first`, and those of `second` where `first` has none.
OnDisconnect Together(const OnDisconnect& first, const OnDisconnect& second);

}  // namespace config

#endif  // ONEOFF_CONFIG_ON_DISCONNECT_H_
