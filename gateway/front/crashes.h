// Crashes: counts sessions that crashed, and decides when the gateway executes itself anew. Every
// session is a copy of the gateway and has its address layout; an attacker who searches for that
// layout by crashing sessions has to begin again.
//
// It decides only; the Listener executes. A crash is a session that a signal ended and that no
// operator stopped (SIGTERM, SIGHUP, SIGINT and SIGKILL are orders).
#ifndef ONEOFF_GATEWAY_FRONT_CRASHES_H_
#define ONEOFF_GATEWAY_FRONT_CRASHES_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace front {

class Crashes {
 public:
  static constexpr std::size_t kMost = 3;  // within kWithin
  static constexpr std::chrono::minutes kWithin{1};
  // From one execution to the next. Clients wait while the program starts.
  static constexpr std::chrono::seconds kApart{10};
  // Sources that Sources() names.
  static constexpr std::size_t kMaxSources = 8;

  // Counts a crash, with a client from `source`. Returns in how long the gateway is to execute
  // itself; nullopt: it need not, or that was returned before.
  // 0 ms for at once; else the rest of kApart since the last execution. `source` is a network's
  // text. While an execution is due, no crash expires, up to 1,000 of them.
  std::optional<std::chrono::milliseconds> Add(std::string source, base::MonotonicTime now);
  // The gateway has executed itself, or tried to: earlier crashes no longer count.
  void Forget(base::MonotonicTime now);

  std::size_t count() const { return crashes_.size(); }
  // The sources of the latest crashes, each once, in the order of their last crash; at most
  // kMaxSources.
  std::vector<std::string> Sources() const;

 private:
  std::deque<std::pair<base::MonotonicTime, std::string>> crashes_;  // the oldest first
  std::optional<base::MonotonicTime> last_;                          // when it executed itself
  bool due_ = false;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_CRASHES_H_
