#include "gateway/ssh/refusals.h"

#include <algorithm>
#include <utility>

namespace ssh {

void Refusals::Add(const base::Network& source, Reason reason, base::WallTime now) {
  std::string name = source.Text();
  if (sums_.size() >= kMaxSources && !sums_.contains(name)) name = "others";
  wire::Refused& sum = sums_[name];
  if (sum.count == 0) {
    sum.source = name;
    sum.first = base::FormatUtc(now);
  }
  ++sum.count;
  sum.last = base::FormatUtc(now);
  const bool named =
      std::find(sum.reasons.begin(), sum.reasons.end(), Name(reason)) != sum.reasons.end();
  if (!named) sum.reasons.emplace_back(Name(reason));
}

std::vector<wire::Refused> Refusals::Take() {
  std::vector<wire::Refused> taken;
  for (auto& [name, sum] : std::exchange(sums_, {})) taken.push_back(std::move(sum));
  return taken;
}

}  // namespace ssh
