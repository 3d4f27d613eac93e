#include "gateway/record/about.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "gateway/record/timing.h"

namespace record {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLine = 2048UL * 1024;  // bytes of the first line of events.jsonl
constexpr std::size_t kMaxShown = 64UL * 1024;   // bytes of a command in sudo's files
// As sudo does if there is no terminal or its size is unknown.
constexpr std::uint32_t kColumns = 80;
constexpr std::uint32_t kRows = 24;

std::uint32_t Or(std::uint32_t value, std::uint32_t otherwise) {
  return value == 0 ? otherwise : std::min(value, kMaxWindow);
}

std::string Shown(std::string_view bytes) { return base::Escape(bytes, kMaxShown); }

std::int64_t Milliseconds(base::WallTime time) { return time.time_since_epoch().count(); }

Json TextToJson(const std::string& text) {
  // JSON holds Unicode only; other bytes must survive exactly (FORMAT.md).
  if (base::IsUtf8(text)) return text;
  return Json{{"b64", base::Base64Encode(text)}};
}

// Reads the fields of one object. A missing field, or one of another type, makes the object
// invalid.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  std::string Text(const char* name) {
    const auto at = object_.find(name);
    if (at == object_.end()) return Bad();
    if (at->is_string()) return at->get<std::string>();
    if (!at->is_object() || at->size() != 1 || !at->contains("b64") || !at->front().is_string()) {
      return Bad();
    }
    auto bytes = base::Base64Decode(at->front().get_ref<const std::string&>());
    return bytes ? std::move(*bytes) : Bad();
  }
  std::int64_t Number(const char* name) {
    const auto at = object_.find(name);
    if (at != object_.end() && at->is_number_integer()) return at->get<std::int64_t>();
    (void)Bad();
    return 0;
  }
  bool Truth(const char* name) {
    const auto at = object_.find(name);
    if (at != object_.end() && at->is_boolean()) return at->get<bool>();
    (void)Bad();
    return false;
  }
  bool good() const { return good_; }

 private:
  std::string Bad() {
    good_ = false;
    return {};
  }

  const Json& object_;
  bool good_ = true;
};

}  // namespace

std::string FormatLog(const About& a) {
  // sudo's legacy format: its fields are separated by colons and lines, so what a person chose is
  // escaped.
  return fmt::format("{}:{}:{}::unknown:{}:{}\n{}\n{}\n", Milliseconds(a.started) / 1000, a.person,
                     a.user, Or(a.rows, kRows), Or(a.columns, kColumns), Shown(a.directory),
                     Shown(a.command));
}

std::string FormatLogJson(const About& a) {
  Json argv = Json::array();
  for (const std::string& word : a.argv) argv.push_back(Shown(word));
  const std::int64_t ms = Milliseconds(a.started);
  const Json object = {
      {"timestamp", {{"seconds", ms / 1000}, {"nanoseconds", ms % 1000 * 1'000'000}}},
      {"columns", Or(a.columns, kColumns)},
      {"command", Shown(a.argv.empty() ? a.command : a.argv.front())},
      {"lines", Or(a.rows, kRows)},
      {"runargv", std::move(argv)},
      {"rungid", a.gid},
      {"runuid", a.uid},
      {"runuser", a.user},
      {"runcwd", Shown(a.directory)},
      {"submitcwd", Shown(a.directory)},
      {"submithost", Shown(a.source)},
      {"submituser", Shown(a.person)},
      {"ttyname", "unknown"}};
  // sudo's reader expects one value a line.
  return object.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string FormatStart(const About& a) {
  const Json object = {{"ms", 0},
                       {"event", "start"},
                       {"time_ms", Milliseconds(a.started)},
                       {"run", a.run},
                       {"app", a.app},
                       {"release", TextToJson(a.release)},
                       {"person", TextToJson(a.person)},
                       {"source", TextToJson(a.source)},
                       {"command", TextToJson(a.command)},
                       {"user", TextToJson(a.user)},
                       {"terminal", a.terminal},
                       {"columns", Or(a.columns, kColumns)},
                       {"rows", Or(a.rows, kRows)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<About> ParseStart(std::string_view line) {
  const auto bad = [] { return base::Fail(base::Code::kInvalid, "says of no run"); };
  if (line.size() > kMaxLine) return bad();
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return bad();
  Reader reader(object);
  About a;
  const std::string event = reader.Text("event");
  a.run = reader.Text("run");
  a.app = reader.Text("app");
  a.release = reader.Text("release");
  a.person = reader.Text("person");
  a.source = reader.Text("source");
  a.command = reader.Text("command");
  a.user = reader.Text("user");
  a.terminal = reader.Truth("terminal");
  const std::int64_t columns = reader.Number("columns");
  const std::int64_t rows = reader.Number("rows");
  const std::int64_t started = reader.Number("time_ms");
  constexpr std::int64_t kMaxTime = 253'402'300'799'000;  // the year 9999
  const bool good = reader.good() && event == "start" && columns > 0 && rows > 0 && started >= 0 &&
                    started <= kMaxTime;
  if (!good) return bad();
  // An older writer recorded any size that a client claimed.
  a.columns = static_cast<std::uint32_t>(std::min<std::int64_t>(columns, kMaxWindow));
  a.rows = static_cast<std::uint32_t>(std::min<std::int64_t>(rows, kMaxWindow));
  a.started = base::WallTime(std::chrono::milliseconds(started));
  return a;
}

}  // namespace record
