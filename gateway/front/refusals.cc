#include "gateway/front/refusals.h"

#include <algorithm>
#include <utility>

namespace front {

void Refusals::Add(const base::Network& source, Reason reason, std::string_view person) {
  std::string name = source.Text();
  // A flood from many addresses must not grow the table.
  if (sums_.size() >= kMaxSources && !sums_.contains(name)) name = "others";
  wire::Refused& sum = sums_[name].refused;
  if (sum.count == 0) {
    sum.source = name;
    sum.first = base::FormatUtc(clock_.Now());
  }
  ++sum.count;
  sum.last = base::FormatUtc(clock_.Now());
  const bool named =
      std::find(sum.reasons.begin(), sum.reasons.end(), Name(reason)) != sum.reasons.end();
  if (!named) sum.reasons.emplace_back(Name(reason));
  if (person.empty()) return;
  if (!sum.people) sum.people.emplace();
  std::vector<std::string>& people = *sum.people;
  if (people.size() < kMaxPeople &&
      std::find(people.begin(), people.end(), person) == people.end()) {
    people.emplace_back(person);
  }
}

bool Refusals::untold() const {
  return std::any_of(sums_.begin(), sums_.end(),
                     [](const auto& entry) { return entry.second.refused.count != 0; });
}

std::vector<wire::Refused> Refusals::Take() {
  const base::MonotonicTime now = clock_.Monotonic();
  std::vector<wire::Refused> taken;
  for (auto at = sums_.begin(); at != sums_.end();) {
    Sum& sum = at->second;
    const bool due = !sum.told || now - *sum.told >= kEvery;
    // Silent for a whole period: the next refusal of this source is told at once again.
    if (due && sum.refused.count == 0) {
      at = sums_.erase(at);
      continue;
    }
    if (due) {
      taken.push_back(std::exchange(sum.refused, {}));
      sum.told = now;
    }
    ++at;
  }
  return taken;
}

std::vector<wire::Refused> Refusals::TakeAll() {
  std::vector<wire::Refused> taken;
  for (auto& [name, sum] : std::exchange(sums_, {})) {
    if (sum.refused.count != 0) taken.push_back(std::move(sum.refused));
  }
  return taken;
}

}  // namespace front
