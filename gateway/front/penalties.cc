#include "gateway/front/penalties.h"

#include <algorithm>

namespace front {

bool Penalties::Add(const base::Network& source, std::chrono::milliseconds time,
                    const Bounds& bounds, base::MonotonicTime now) {
  Forget(now, bounds.sources);
  if (time <= std::chrono::milliseconds::zero()) return false;
  auto [at, added] = sources_.try_emplace(source, Entry{now});
  Entry& entry = at->second;
  // by_end_ is ordered by the end, so an entry leaves it before its end changes.
  if (!added) by_end_.erase({entry.end, source});
  // Penalties add up, as in OpenSSH's PerSourcePenalties (sshd_config(5)), and `most` bounds the
  // sum.
  entry.end = std::min(entry.end + time, now + bounds.most);
  by_end_.emplace(entry.end, source);
  // Below `least` nothing is refused: one mistake does not shut a person out.
  const bool activated = !entry.active && entry.end - now >= bounds.least;
  entry.active = entry.active || activated;
  Forget(now, bounds.sources);
  return activated;
}

std::optional<std::chrono::milliseconds> Penalties::Left(const base::Network& source,
                                                         base::MonotonicTime now) const {
  const auto found = sources_.find(source);
  if (found == sources_.end() || !found->second.active || found->second.end <= now) {
    return std::nullopt;
  }
  return found->second.end - now;
}

std::vector<std::pair<base::Network, base::MonotonicTime>> Penalties::Refused(
    base::MonotonicTime now) const {
  std::vector<std::pair<base::Network, base::MonotonicTime>> refused;
  for (const auto& [source, entry] : sources_) {
    if (entry.active && entry.end > now) refused.emplace_back(source, entry.end);
  }
  return refused;
}

void Penalties::Restore(const base::Network& source, base::MonotonicTime end) {
  if (sources_.try_emplace(source, Entry{.end = end, .active = true}).second) {
    by_end_.emplace(end, source);
  }
}

// Forgets penalties that are over, and the ones that end soonest if there are more than `most`.
void Penalties::Forget(base::MonotonicTime now, std::size_t most) {
  while (!by_end_.empty() && (by_end_.begin()->first <= now || by_end_.size() > most)) {
    sources_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
}

}  // namespace front
