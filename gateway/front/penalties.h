// Penalties: for how long the gateway refuses each source. Each offence adds time, and the time
// runs out by itself. One object serves one address family and remembers a bounded number of
// sources.
//
// It applies the PenaltyBounds of front_bounds.h as sshd's srclimit.c does. Times are those of the
// monotonic clock, so a change of the wall clock moves none. It grows to Bounds::sources entries
// and takes time logarithmic in them.
#ifndef ONEOFF_GATEWAY_FRONT_PENALTIES_H_
#define ONEOFF_GATEWAY_FRONT_PENALTIES_H_

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/network.h"

namespace front {

class Penalties {
 public:
  struct Bounds {
    std::chrono::milliseconds least;  // the refusal begins when the penalty reaches this
    // No penalty ends later than this from now.
    std::chrono::milliseconds most;
    std::size_t sources;  // to remember; those that end soonest are forgotten first
  };

  // Adds `time` to the penalty of `source`. Returns whether the source's refusal begins now.
  // A `time` of zero or less adds nothing. True at most once until the penalty is over.
  bool Add(const base::Network& source, std::chrono::milliseconds time, const Bounds& bounds,
           base::MonotonicTime now);
  // For how long `source` is still refused; nullopt if it is not refused.
  // Also nullopt while the penalty is still below `least`.
  std::optional<std::chrono::milliseconds> Left(const base::Network& source,
                                                base::MonotonicTime now) const;
  // The sources that are refused, and until when.
  std::vector<std::pair<base::Network, base::MonotonicTime>> Refused(base::MonotonicTime now) const;
  // `source` is refused until `end`.
  // For a handover. A source that has a penalty already keeps that one.
  void Restore(const base::Network& source, base::MonotonicTime end);
  std::size_t size() const { return sources_.size(); }

 private:
  struct Entry {
    base::MonotonicTime end;
    bool active = false;  // refused, until `end`
  };

  void Forget(base::MonotonicTime now, std::size_t most);

  std::map<base::Network, Entry> sources_;
  std::set<std::pair<base::MonotonicTime, base::Network>> by_end_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_PENALTIES_H_
