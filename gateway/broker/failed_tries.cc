#include "gateway/broker/failed_tries.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace broker {
namespace {

// Limits for what a monitor sends: bytes of a text, and reasons.
constexpr std::size_t kMaxText = 256;
constexpr std::size_t kMostReasons = 32;

void Name(std::vector<std::string>& names, const std::string& name, std::size_t most) {
  if (name.empty() || names.size() >= most) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

void FailedTries::Add(const wire::FailedTries& tries, base::WallTime now) {
  if (!tries.reasons || tries.reasons->empty()) {
    return Add(tries, {.reason = "", .key = "", .person = "", .count = tries.count}, now);
  }
  for (std::size_t i = 0; i < std::min(tries.reasons->size(), kMostReasons); ++i) {
    Add(tries, (*tries.reasons)[i], now);
  }
}

void FailedTries::Add(const wire::FailedTries& tries, const wire::FailedTries::Reason& reason,
                      base::WallTime now) {
  std::pair<std::string, std::string> key{tries.address, reason.reason.substr(0, kMaxText)};
  if (sources_.size() >= kMaxSources && !sources_.contains(key)) key = {"others", ""};
  auto& event = sources_[key];
  if (event.count == 0) {
    event.source = key.first;
    event.reason = key.second;
    event.person = key.second.empty() ? "" : reason.person.substr(0, kMaxText);
    event.first = base::FormatUtc(now);
  }
  // The sum is of several persons, so it names none of them.
  if (event.person != reason.person.substr(0, kMaxText)) event.person.clear();
  event.last = base::FormatUtc(now);
  event.count += reason.count;
  Name(event.users, tries.user, kMaxUsers);
  Name(event.keys, reason.key.substr(0, kMaxText), kMaxKeys);
}

std::string FailedTries::Line(const wire::FailedTries& tries) {
  if (!tries.reasons || tries.reasons->empty() || lines_ >= kMaxLines) return {};
  ++lines_;
  const wire::FailedTries::Reason& first = tries.reasons->front();
  const std::size_t more = tries.reasons->size() - 1;
  return fmt::format("login refused: {} from {}: {}{}: {}{}", base::Quote(tries.user, 70),
                     tries.address, first.key.empty() ? "a key" : base::Escape(first.key, 100),
                     first.person.empty() ? "" : " of " + base::Escape(first.person, 70),
                     base::Escape(first.reason, kMaxText),
                     more == 0 ? "" : fmt::format(" (and {} more)", more));
}

std::vector<audit::AuthenticationsFailed> FailedTries::Take() {
  lines_ = 0;
  std::vector<audit::AuthenticationsFailed> events;
  for (auto& [key, event] : std::exchange(sources_, {})) events.push_back(std::move(event));
  return events;
}

}  // namespace broker
