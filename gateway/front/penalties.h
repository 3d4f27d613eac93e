// Penalties: the time for which sources are refused, growing with each offence and fading by
// itself. Of one family of addresses; bounded.
#ifndef ONEOFF_GATEWAY_FRONT_PENALTIES_H_
#define ONEOFF_GATEWAY_FRONT_PENALTIES_H_

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/network.h"

namespace front {

class Penalties {
 public:
  struct Bounds {
    std::chrono::milliseconds
        least;  // a source with less left is not refused, if it never had more
    std::chrono::milliseconds most;
    std::size_t sources;  // with more, those that end soonest are forgotten
  };

  // Adds to what `source` has left. Whether it is refused from now on and was not before.
  bool Add(const base::Network& source, std::chrono::milliseconds time, const Bounds& bounds,
           base::MonotonicTime now);
  // For how long `source` is refused; nullopt if it is not.
  std::optional<std::chrono::milliseconds> Left(const base::Network& source,
                                                base::MonotonicTime now) const;
  std::size_t size() const { return sources_.size(); }

 private:
  struct Entry {
    base::MonotonicTime end;
    bool active = false;  // stays so until it ends
  };

  void Forget(base::MonotonicTime now, std::size_t most);

  std::map<base::Network, Entry> sources_;
  std::set<std::pair<base::MonotonicTime, base::Network>> by_end_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_PENALTIES_H_
