#include "gateway/audit/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"

namespace audit {
namespace {

constexpr std::size_t kMaxFiles = 100000;
constexpr std::size_t kDigestSize = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `text` has a digit where `shape` has a 0, and elsewhere the same character.
bool HasShape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '0' ? IsDigit(c) : c == s; });
}

bool IsDigest(std::string_view text) {
  return text.size() == kDigestSize && std::all_of(text.begin(), text.end(), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

const std::string* String(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() ? at->get_ptr<const std::string*>() : nullptr;
}

}  // namespace

std::string Record::Text(const char* field) const {
  const auto at = object.find(field);
  if (at == object.end()) return {};
  return TextFromJson(*at).value_or("");
}

std::optional<Record> ParseRecord(std::string_view line) {
  if (line.size() > kMaxLine || line.empty() || line.back() != '}') return std::nullopt;
  auto object = ParseObject(line);
  if (!object) return std::nullopt;
  const auto seq = object->find("seq");
  const std::string* time = String(*object, "time");
  const std::string* host = String(*object, "host");
  const std::string* prev = String(*object, "prev");
  const std::string* event = String(*object, "event");
  if (seq == object->end() || !seq->is_number_unsigned() || seq->get<std::uint64_t>() == 0 ||
      time == nullptr || !HasShape(*time, "0000-00-00T00:00:00.000Z") || host == nullptr ||
      prev == nullptr || !IsDigest(*prev) || event == nullptr || event->empty()) {
    return std::nullopt;
  }
  Record record{seq->get<std::uint64_t>(), *time, *host, *prev, *event, {}};
  record.object = std::move(*object);
  return record;
}

std::string FirstPrev() { return std::string(kDigestSize, '0'); }

std::string ComposeLine(std::uint64_t seq, std::string_view time, std::string_view host,
                        std::string_view prev, std::string_view event) {
  return fmt::format(R"({{"seq":{},"time":"{}","host":{},"prev":"{}",{})", seq, time,
                     Dump(Json(host)), prev, event.substr(1));
}

std::string FileOfDay(std::string_view day) { return std::string(day) + ".jsonl"; }

base::Result<std::vector<std::string>> LogFiles(int directory) {
  auto names = base::ListDirectory(directory, ".", kMaxFiles);
  if (!names) return names;
  // Editors, backups and logrotate leave other files in the folder.
  std::erase_if(*names, [](const auto& name) { return !HasShape(name, "0000-00-00.jsonl"); });
  return names;
}

}  // namespace audit
