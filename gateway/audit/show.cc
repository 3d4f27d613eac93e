#include "gateway/audit/show.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/follower.h"
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
  const auto gone = record.object.find("release_gone");
  if (gone != record.object.end() && *gone == true) text += ", its release was removed meanwhile";
  return text + ", " + Number(record, "duration_ms") + " ms";
}

// Returns "6 files, 828 bytes".
std::string Files(const Record& record) {
  const auto files = record.object.find("files");
  if (files == record.object.end() || !files->is_array()) return "?";
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  for (const Json& file : *files) {
    if (!file.is_string()) continue;
    const auto words = base::Split(file.get_ref<const std::string&>(), ' ');  // name, bytes, digest
    if (words.size() != 3 || words[0].ends_with(".passed")) continue;         // not a file
    std::uint64_t number = 0;
    (void)std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
    bytes += number;
    ++count;
  }
  return fmt::format("{} {}, {} bytes", count, count == 1 ? "file" : "files", bytes);
}

// Returns the first line of a text.
std::string FirstLine(const Record& record, const char* field) {
  const std::string text = record.Text(field);
  const std::size_t end = text.find('\n');
  return base::Escape(text.substr(0, end), kMaxShown) +
         (end == std::string::npos || end + 1 == text.size() ? "" : " …");
}

// Returns the fields of an event that this version does not know.
std::string Rest(const Record& record) {
  Json rest = Json::object();
  for (const auto& [name, value] : record.object.items()) {
    if (name == "seq" || name == "time" || name == "host" || name == "prev" || name == "event") {
      continue;
    }
    if (name == "person" || name == "app" || name == "run") continue;  // have columns of their own
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
  if (record.event == Name(RunWatched{})) return "of " + word("of") + " from " + word("source");
  if (record.event == Name(RunManaged{})) {
    return word("act") + " of " + word("of") + " from " + word("source");
  }
  if (record.event == Name(Authenticated{})) {
    const std::string certificate = word("certificate");
    return word("key") + (certificate.empty() ? "" : " " + certificate) + " from " + word("source");
  }
  if (record.event == Name(AuthenticationsFailed{})) {
    const std::string reason = word("reason");
    const std::string person = word("person");
    return Number(record, "count") + " from " + word("source") +
           (reason.empty() ? "" : ": " + reason) + (person.empty() ? "" : " (" + person + ")");
  }
  if (record.event == Name(ConnectionsRefused{})) {
    const auto reasons = record.object.find("reasons");
    return Number(record, "count") + " from " + word("source") +
           (reasons == record.object.end() ? "" : ": " + base::Escape(Dump(*reasons), kMaxShown));
  }
  if (record.event == Name(Summed{})) {
    const auto commands = record.object.find("commands");
    const bool several = commands != record.object.end() && commands->size() > 1;
    return fmt::format("{} of {}, the last: {}{}", Number(record, "count"), word("of"),
                       word("command"),
                       several ? ", of " + base::Escape(Dump(*commands), kMaxShown) : "");
  }
  if (record.event == Name(RecordingProgress{})) return Files(record) + " so far";
  if (record.event == Name(RecordingEnded{})) return Files(record);
  if (record.event == Name(Checkpoint{})) {
    return "signed: the records up to " + Number(record, "covers");
  }
  if (record.event == Name(ConfigurationRefused{})) return FirstLine(record, "problems");
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

std::string Ascii(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string Print(const Record& record, Form form, const std::string& file, std::uint64_t line) {
  if (form == Form::kTable) return Row(record);
  Json object{{"file", file}, {"line", line}};
  for (const auto& [name, value] : record.object.items()) object[name] = value;
  // ASCII output can still contain one control character: DEL.
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

base::Result<void> ShowFile(int directory, const std::string& name, Selection& selection, Form form,
                            const std::function<void(std::string_view)>& print) {
  auto reader = LineReader::Open(directory, name);
  if (!reader) return base::Fail(std::move(reader.error()));
  for (;;) {
    auto line = reader->Next();
    if (!line) return base::Fail(std::move(line.error()).Context(name));
    if (!*line) return {};
    const auto record = (*line)->too_long ? std::nullopt : ParseRecord((*line)->bytes);
    if (record && selection.Takes(*record)) print(Print(*record, form, name, (*line)->number));
    if (!record && selection.takes_unreadable()) print(PrintUnreadable(**line, form, name));
  }
}

}  // namespace

base::Result<void> Show(const std::string& directory, const Filter& filter, Form form,
                        const std::function<void(std::string_view line)>& print) {
  const auto folder = base::OpenDirectory(directory);
  if (!folder) return base::Fail(folder.error());
  const auto files = LogFiles(folder->get());
  if (!files) return base::Fail(files.error());
  Selection selection(filter);
  for (const std::string& name : *files) {
    if (auto shown = ShowFile(folder->get(), name, selection, form, print); !shown) return shown;
  }
  return {};
}

base::Result<void> Follow(const std::string& directory, const Filter& filter, Form form,
                          const std::function<void(std::string_view line)>& print,
                          const std::function<bool()>& wait) {
  auto follower = Follower::Open(directory);
  if (!follower) return base::Fail(std::move(follower.error()));
  Selection selection(filter);
  for (;;) {
    const auto line = follower->Next();
    if (!line) return base::Fail(line.error());
    if (!*line) {
      if (!wait()) return {};
      continue;
    }
    const auto record = ParseRecord((*line)->bytes);
    if (record && selection.Takes(*record)) {
      print(Print(*record, form, (*line)->file, (*line)->number));
    }
  }
}

}  // namespace audit
