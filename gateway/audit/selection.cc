#include "gateway/audit/selection.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "base/text.h"
#include "gateway/audit/event.h"

namespace audit {
namespace {

constexpr std::size_t kMaxRuns = 1'000'000;

// Returns the number in `count` digits from `at`; 0 beyond the end. The text must have digits
// there.
unsigned Digits(std::string_view text, std::size_t at, std::size_t count) {
  unsigned number = 0;
  for (const char c : at < text.size() ? text.substr(at, count) : "") {
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

bool IsMoment(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000";
  constexpr std::size_t kDay = 10;
  constexpr std::size_t kMinute = 16;
  if (text.size() > kShape.size() || (text.size() != kDay && text.size() < kMinute)) return false;
  const bool shaped = std::equal(text.begin(), text.end(), kShape.begin(), [](char c, char s) {
    return s == '0' ? (c >= '0' && c <= '9') : c == s;
  });
  if (!shaped) return false;
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(Digits(text, 0, 4))),
                                        std::chrono::month(Digits(text, 5, 2)),
                                        std::chrono::day(Digits(text, 8, 2)));
  return day.ok() && Digits(text, 11, 2) < 24 && Digits(text, 14, 2) < 60 &&
         Digits(text, 17, 2) < 60;
}

// Parses "2h" to milliseconds.
std::optional<std::chrono::milliseconds> ParseAgo(std::string_view text) {
  constexpr std::int64_t kMost = 1000000;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > kMost) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  if (unit == "h") return std::chrono::hours(number);
  if (unit == "d") return std::chrono::hours(24 * number);
  return std::nullopt;
}

// Whether the record is a run's end or a denial with the requested outcome.
bool IsOutcome(const Record& record, const std::string& outcome) {
  const bool denied = record.event == Name(RunDenied{}) ||
                      (record.event == Name(Summed{}) && record.Text("of") == Name(RunDenied{}));
  if (denied) return outcome == "denied" || outcome == "failed";
  if (record.event != Name(RunEnded{})) return false;
  const std::string how = record.Text("how");
  const auto status = record.object.find("status");
  const bool ok = how == Name(How::kExited) && status != record.object.end() && *status == 0;
  return how == outcome || (outcome == "ok" && ok) || (outcome == "failed" && !ok);
}

}  // namespace

bool Selection::IsOfRule(const Record& record) {
  const std::string run = record.Text("run");
  if (record.Text("rule") == filter_.rule) {
    if (!run.empty() && runs_.size() < kMaxRuns) runs_.insert(run);
    return true;
  }
  // Later records of a run do not name the rule again.
  if (!runs_.contains(run)) return false;
  if (record.event == Name(RunEnded{})) runs_.erase(run);
  return true;
}

bool Selection::Takes(const Record& record) {
  const auto is = [&](const std::string& wanted, const char* field) {
    return wanted.empty() || record.Text(field) == wanted;
  };
  const auto is_event = [&](const std::string& name) {
    return name == filter_.event || name.starts_with(filter_.event + ".");
  };
  // A sum matches like the events that it sums.
  const bool event = filter_.event.empty() || is_event(record.event) ||
                     (record.event == Name(Summed{}) && is_event(record.Text("of")));
  const bool run = filter_.run.empty() ||
                   (record.object.contains("run") && record.Text("run").starts_with(filter_.run));
  const bool rule = filter_.rule.empty() || IsOfRule(record);  // must see every record
  const bool outcome = filter_.outcome.empty() || IsOutcome(record, filter_.outcome);
  const bool time =
      record.time >= filter_.since && (filter_.until.empty() || record.time < filter_.until);
  return rule && event && run && outcome && time && is(filter_.app, "app") &&
         is(filter_.who, "person");
}

bool Selection::takes_unreadable() const {
  return filter_.app.empty() && filter_.who.empty() && filter_.run.empty() &&
         filter_.event.empty() && filter_.rule.empty() && filter_.outcome.empty();
}

base::Result<std::string> ParseSince(const std::string& text, base::WallTime now) {
  if (const auto ago = ParseAgo(text)) return base::FormatUtc(now - *ago);
  const std::string_view moment =
      text.ends_with('Z') ? std::string_view(text).substr(0, text.size() - 1) : text;
  if (IsMoment(moment)) return std::string(moment);
  return base::Fail(base::Code::kInvalid,
                    base::Quote(text) +
                        " is neither a time such as 2026-03-01 or 2026-03-01T09:30 (UTC), "
                        "nor how long ago, such as 15m, 2h or 3d");
}

}  // namespace audit
