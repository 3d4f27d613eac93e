#include "gateway/broker/failed_tries.h"

#include <algorithm>
#include <utility>

namespace broker {

void FailedTries::Add(const std::string& source, const std::string& user, std::uint32_t count,
                      base::WallTime now) {
  const bool known = sources_.contains(source) || sources_.size() < kMaxSources;
  auto& event = sources_[known ? source : "others"];
  if (event.count == 0) {
    event.source = known ? source : "others";
    event.first = base::FormatUtc(now);
  }
  event.last = base::FormatUtc(now);
  event.count += count;
  const bool named = std::find(event.users.begin(), event.users.end(), user) != event.users.end();
  if (!named && event.users.size() < kMaxUsers) event.users.push_back(user);
}

std::vector<audit::AuthenticationsFailed> FailedTries::Take() {
  std::vector<audit::AuthenticationsFailed> events;
  for (auto& [source, event] : std::exchange(sources_, {})) events.push_back(std::move(event));
  return events;
}

}  // namespace broker
