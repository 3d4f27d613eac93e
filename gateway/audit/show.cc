#include "gateway/audit/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/line_reader.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kMaxShown = 400;  // bytes of a command or message in a table

std::string Word(const Record& record, const char* field) {
  return base::Escape(record.Text(field), kMaxShown);
}

std::string Number(const Record& record, const char* field) {
  const auto at = record.object.find(field);
  return at != record.object.end() && at->is_number_unsigned() ? at->dump() : "?";
}

std::string Ending(const Record& record) {
  std::string text = Word(record, "how");
  if (const std::string limit = Word(record, "limit"); !limit.empty()) text += " " + limit;
  if (const std::string by = Word(record, "by"); !by.empty()) text += " by " + by;
  text += ", status " + Number(record, "status");
  if (const std::string number = Number(record, "signal"); number != "0") {
    text += ", signal " + number;
  }
  return text + ", " + Number(record, "duration_ms") + " ms";
}

// The fields of an event that this version has no words for.
std::string Rest(const Record& record) {
  Json rest = Json::object();
  for (const auto& [name, value] : record.object.items()) {
    if (name == "seq" || name == "time" || name == "host" || name == "prev" || name == "event") {
      continue;
    }
    if (name == "person" || name == "app" || name == "run") continue;  // have columns
    rest[name] = value;
  }
  return rest.empty() ? "" : base::Escape(Dump(rest), kMaxShown);
}

std::string Summary(const Record& record) {
  const auto word = [&](const char* field) { return Word(record, field); };
  if (record.event == Name(RunStarted{})) return word("command") + "  as " + word("user");
  if (record.event == Name(RunEnded{})) return Ending(record);
  if (record.event == Name(RunDenied{})) {
    return word("command") + "  status " + Number(record, "status") + ": " + word("message");
  }
  if (record.event == Name(Authenticated{})) {
    const std::string certificate = word("certificate");
    return word("key") + (certificate.empty() ? "" : " " + certificate) + " from " + word("source");
  }
  if (record.event == Name(AuthenticationsFailed{})) {
    return Number(record, "count") + " from " + word("source");
  }
  if (record.event == Name(ConnectionsRefused{})) {
    const auto reasons = record.object.find("reasons");
    return Number(record, "count") + " from " + word("source") +
           (reasons == record.object.end() ? "" : ": " + base::Escape(Dump(*reasons), kMaxShown));
  }
  if (record.event == Name(Listed{})) return word("what");
  if (record.event == Name(Explained{})) return word("command");
  return Rest(record);
}

std::string Target(const Record& record) {
  const std::string app = Word(record, "app");
  const std::string release = Word(record, "release");
  return release.empty() ? app : app + "+" + release;
}

std::string Row(const Record& record) {
  std::string row =
      fmt::format("{}  {:<21}  {:<10}  {:<16}  {:<8}  {}", record.time, base::Escape(record.event),
                  Word(record, "person"), Target(record), Word(record, "run"), Summary(record));
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

bool Matches(const Record& record, const Filter& filter) {
  const auto is = [&](const std::string& wanted, const char* field) {
    return wanted.empty() || record.Text(field) == wanted;
  };
  const bool event = filter.event.empty() || record.event == filter.event ||
                     record.event.starts_with(filter.event + ".");
  const bool run = filter.run.empty() ||
                   (record.object.contains("run") && record.Text("run").starts_with(filter.run));
  return event && run && is(filter.app, "app") && is(filter.who, "person") &&
         record.time >= filter.since;
}

bool ShowsUnreadable(const Filter& filter) {
  return filter.app.empty() && filter.who.empty() && filter.run.empty() && filter.event.empty();
}

std::string Ascii(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string Print(const Record& record, Form form, const std::string& file, std::uint64_t line) {
  if (form == Form::kTable) return Row(record);
  Json object{{"file", file}, {"line", line}};
  for (const auto& [name, value] : record.object.items()) object[name] = value;
  // ASCII leaves one control character: DEL.
  std::string text = Ascii(object);
  for (auto at = text.find('\x7f'); at != std::string::npos; at = text.find('\x7f', at)) {
    text.replace(at, 1, "\\u007f");
  }
  return text;
}

std::string PrintUnreadable(const Line& line, Form form, const std::string& file) {
  if (form == Form::kJson) {
    return Ascii(Json{{"file", file},
                      {"line", line.number},
                      {"unreadable", {{"b64", base::Base64Encode(line.bytes)}}}});
  }
  return fmt::format("{}:{}: not a record: {}", file, line.number, base::Quote(line.bytes, 60));
}

bool IsMoment(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000";
  constexpr std::size_t kDay = 10;
  constexpr std::size_t kMinute = 16;
  if (text.size() > kShape.size() || (text.size() != kDay && text.size() < kMinute)) return false;
  return std::equal(text.begin(), text.end(), kShape.begin(),
                    [](char c, char s) { return s == '0' ? (c >= '0' && c <= '9') : c == s; });
}

// "2h" as milliseconds.
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

base::Result<void> ShowFile(int directory, const std::string& name, const Filter& filter, Form form,
                            const std::function<void(std::string_view)>& print) {
  auto reader = LineReader::Open(directory, name);
  if (!reader) return base::Fail(std::move(reader.error()));
  for (;;) {
    auto line = reader->Next();
    if (!line) return base::Fail(std::move(line.error()).Context(name));
    if (!*line) return {};
    const auto record = (*line)->too_long ? std::nullopt : ParseRecord((*line)->bytes);
    if (record && Matches(*record, filter)) print(Print(*record, form, name, (*line)->number));
    if (!record && ShowsUnreadable(filter)) print(PrintUnreadable(**line, form, name));
  }
}

}  // namespace

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

base::Result<void> Show(const std::string& directory, const Filter& filter, Form form,
                        const std::function<void(std::string_view line)>& print) {
  const auto folder = base::OpenDirectory(directory);
  if (!folder) return base::Fail(folder.error());
  const auto files = LogFiles(folder->get());
  if (!files) return base::Fail(files.error());
  for (const std::string& name : *files) {
    if (auto shown = ShowFile(folder->get(), name, filter, form, print); !shown) return shown;
  }
  return {};
}

}  // namespace audit
