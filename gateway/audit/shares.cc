#include "gateway/audit/shares.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

namespace audit {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHour{3'600'000};
// Bytes of the records that follow a start: the end of the run and of its recording, a checkpoint.
constexpr std::size_t kAfterStart = 2048;

// How many records of one kind a person may have written: `at_once`, and one more after each
// `each`.
struct Row {
  std::string_view event;
  double at_once;  // 0: no limit for a person
  milliseconds each;
};
constexpr std::array<Row, 7> kTable = {{
    {"run.denied", 100, milliseconds(10'000)},
    {"listed", 100, milliseconds(10'000)},
    {"explained", 100, milliseconds(10'000)},
    {"authenticated", 600, milliseconds(1'000)},
    // The broker sums these by source already, and a recording shows its progress itself.
    {"authentications.failed", 0, milliseconds(0)},
    {"connections.refused", 0, milliseconds(0)},
    {"recording.progress", 0, milliseconds(0)},
}};

// The fields of an event that a sum names; empty if the event does not have them.
struct Facts {
  std::string person;
  std::string source;
  std::string command;
};

Facts FactsOf(const Event& event) {
  return std::visit(
      [](const auto& e) -> Facts {
        using T = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<T, RunDenied> || std::is_same_v<T, Explained>) {
          return {e.person, e.source, e.command};
        } else if constexpr (std::is_same_v<T, Listed>) {
          return {e.person, e.source, e.what};
        } else if constexpr (std::is_same_v<T, Authenticated>) {
          return {e.person, e.source, ""};
        } else if constexpr (std::is_same_v<T, AuthenticationsFailed> ||
                             std::is_same_v<T, ConnectionsRefused>) {
          return {"", e.source, ""};
        } else {
          return {};
        }
      },
      event);
}

// Keeps the first `most` different texts.
void AddNew(std::vector<std::string>& texts, std::string text, std::size_t most) {
  if (text.empty() || texts.size() >= most) return;
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

// Returns how many events this event stands for.
std::uint64_t CountOf(const Event& event) {
  if (const auto* const failed = std::get_if<AuthenticationsFailed>(&event)) return failed->count;
  if (const auto* const refused = std::get_if<ConnectionsRefused>(&event)) return refused->count;
  return 1;
}

}  // namespace

bool Shares::Takes(const Event& event, Room room) {
  const std::string_view name = Name(event);
  const auto* const row =
      std::find_if(kTable.begin(), kTable.end(), [&](const Row& r) { return r.event == name; });
  if (row == kTable.end()) return true;
  Facts facts = FactsOf(event);
  // A UNIX account that stands for no person has a share of its own, by its source.
  std::string key = std::string(name) + ' ' + (facts.person.empty() ? facts.source : facts.person);
  const bool scarce = room == Room::kScarce;
  if (!scarce && (row->at_once == 0 || Spend(key, row->at_once, row->each))) return true;

  if (sums_.empty()) since_ = clock_.Monotonic();
  key += scarce ? " reserve" : " share";
  if (!sums_.contains(key) && sums_.size() >= kMaxPeople) {
    // Many persons at once share one sum: the table must not grow without bound.
    facts.person = "others";
    key = std::string(name) + " others";
  }
  Summed& sum = sums_[key];
  const std::string now = base::FormatUtc(clock_.Now());
  if (sum.count == 0) {
    sum.of = name;
    sum.person = std::move(facts.person);
    sum.first = now;
    sum.cause = scarce ? "reserve" : "share";
  }
  sum.count += CountOf(event);
  sum.last = now;
  AddNew(sum.commands, CutText(facts.command, kMaxText / kMaxCommands), kMaxCommands);
  sum.command = std::move(facts.command);
  AddNew(sum.sources, std::move(facts.source), kMaxSources);
  return false;
}

// Takes one record out of a share. Returns false if the share is used up.
bool Shares::Spend(const std::string& key, double at_once, milliseconds each) {
  const milliseconds full(static_cast<std::int64_t>(at_once) * each.count());
  Share& share = Grow(shares_, key, at_once, full);
  if (share.left < 1) return false;
  share.left -= 1;
  return true;
}

// A start may take more than is left, so that a record larger than a small share is written, too.
bool Shares::TakesStart(const std::string& person, std::size_t bytes, std::uint64_t most) {
  Share& share = Grow(starts_, person, static_cast<double>(most), kHour);
  if (share.left <= 0) return false;
  share.left -= static_cast<double>(bytes + kAfterStart);
  return true;
}

Shares::Share& Shares::Grow(ShareMap& shares, const std::string& key, double at_once,
                            milliseconds full) {
  const base::MonotonicTime now = clock_.Monotonic();
  if (!shares.contains(key) && shares.size() >= kMaxPeople) {
    std::erase_if(shares, [&](const auto& share) { return share.second.at <= now - full; });
  }
  const bool known = shares.contains(key) || shares.size() < kMaxPeople;
  Share& share = shares.try_emplace(known ? key : "others", Share{at_once, now}).first->second;
  const auto passed = static_cast<double>((now - share.at).count());
  share.left = std::min(at_once, share.left + passed * at_once / static_cast<double>(full.count()));
  share.at = now;
  return share;
}

std::optional<milliseconds> Shares::Wait() const {
  if (sums_.empty()) return std::nullopt;
  const auto left = since_ + kWindow - clock_.Monotonic();
  return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds(0));
}

std::vector<Summed> Shares::Take() {
  std::vector<Summed> taken;
  for (auto& [key, sum] : std::exchange(sums_, {})) taken.push_back(std::move(sum));
  return taken;
}

}  // namespace audit
