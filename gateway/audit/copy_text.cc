#include "gateway/audit/copy_text.h"

#include <fmt/format.h>
#include <syslog.h>

#include <array>
#include <ctime>
#include <optional>

#include "gateway/audit/digest.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

// Returns the note that replaces a line that is too long.
std::string Shortened(std::string_view line, const std::optional<Record>& record) {
  Json object;
  if (record) {
    object = {{"seq", record->seq},
              {"time", record->time},
              {"host", record->host},
              {"prev", record->prev},
              {"event", record->event}};
    for (const char* field : {"run", "app", "person"}) {
      if (record->object.contains(field)) object[field] = record->object[field];
    }
  }
  object["cut"] = line.size();
  object["sha256"] = Sha256::Of(line);
  return Dump(object);
}

void AddField(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  if (value.find('\n') == std::string_view::npos) {
    text += '=';
  } else {
    text += '\n';
    // The journal's native protocol: a value with a newline follows its length, as 64 bits in
    // little-endian order.
    const std::uint64_t size = value.size();
    for (unsigned shift = 0; shift < 64; shift += 8) {
      text += static_cast<char>((size >> shift) & 0xFFU);
    }
  }
  text += value;
  text += '\n';
}

}  // namespace

std::string SyslogText(std::string_view line, int pid, base::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  // As syslog(3) writes to /dev/log: the time stamp of RFC 3164 is local and names no zone.
  localtime_r(&seconds, &local);
  std::array<char, 32> stamp{};
  // strftime uses the C locale here: this process never calls setlocale.
  (void)std::strftime(stamp.data(), stamp.size(), "%b %e %H:%M:%S", &local);
  return fmt::format(
      "<{}>{} {}[{}]: {}", LOG_AUTHPRIV | LOG_NOTICE, stamp.data(), kCopyName, pid,
      line.size() > kMaxSyslogLine ? Shortened(line, ParseRecord(line)) : std::string(line));
}

std::string JournalText(std::string_view line) {
  const auto record = ParseRecord(line);
  std::string text;
  AddField(text, "MESSAGE",
           line.size() > kMaxJournalLine ? Shortened(line, record) : std::string(line));
  AddField(text, "PRIORITY", std::to_string(LOG_NOTICE));
  AddField(text, "SYSLOG_FACILITY", std::to_string(LOG_FAC(LOG_AUTHPRIV)));
  AddField(text, "SYSLOG_IDENTIFIER", kCopyName);
  if (!record) return text;
  AddField(text, "ONEOFF_SEQ", std::to_string(record->seq));
  AddField(text, "ONEOFF_EVENT", record->event);
  for (const auto& [name, field] : {std::pair("ONEOFF_RUN", "run"), std::pair("ONEOFF_APP", "app"),
                                    std::pair("ONEOFF_PERSON", "person")}) {
    if (const std::string value = record->Text(field); !value.empty()) {
      AddField(text, name, value);
    }
  }
  return text;
}

}  // namespace audit
