#include "gateway/broker/refusals.h"

#include <algorithm>
#include <chrono>

namespace broker {

// How many of the counted refusals have not expired yet.
double Refusals::Left(const Count& count, int per_minute, base::MonotonicTime now) {
  const std::chrono::duration<double, std::ratio<60>> passed = now - count.at;
  return std::max(0.0, count.refused - passed.count() * per_minute);
}

bool Refusals::Add(const std::string& who, int per_minute, base::MonotonicTime now) {
  if (!people_.contains(who) && people_.size() >= kMaxPeople) {
    std::erase_if(people_,
                  [&](const auto& entry) { return Left(entry.second, per_minute, now) == 0; });
    if (people_.size() >= kMaxPeople) return false;
  }
  Count& count = people_[who];
  const double before = Left(count, per_minute, now);
  count = {std::min(before + 1, static_cast<double>(per_minute)), now};
  return before < per_minute && count.refused >= per_minute;
}

bool Refusals::IsOver(const std::string& who, int per_minute, base::MonotonicTime now) const {
  const auto found = people_.find(who);
  return found != people_.end() && Left(found->second, per_minute, now) > per_minute - 1;
}

}  // namespace broker
