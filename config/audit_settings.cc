#include "config/audit_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/quantity.h"

namespace config {
namespace {

constexpr std::size_t kMaxWords = 64;    // of the export command
constexpr std::size_t kMaxSocket = 100;  // bytes; sun_path holds 107 (unix(7))

// "auto", "none", or the path of a socket.
void ReadSocket(ObjectReader& reader, const char* key, std::string& socket) {
  if (!reader.String(key, socket) || socket == "auto" || socket == "none") return;
  const bool plain = socket.find_first_of("\"\\") == std::string::npos;
  if (socket.front() != '/' || socket.size() > kMaxSocket || !plain) {
    reader.Report(key, fmt::format("is {}, which is no path of a socket", base::Quote(socket, 64)),
                  "write \"auto\", \"none\" or \"/dev/log\"");
  }
}

void ReadCommand(ObjectReader& reader, const Node& audit, std::vector<std::string>& command) {
  if (!reader.Strings("export", command) || command.empty()) return;
  if (command.size() > kMaxWords) {
    reader.Report("export", fmt::format("has {} words, more than {}", command.size(), kMaxWords));
  }
  if (command.front().front() != '/') {
    reader.Report("export", fmt::format("is {}, which is no absolute path",
                                        base::Quote(command.front(), 64)));
  }
  for (const Node& element : audit.Find("export")->elements) {
    const bool plain = std::none_of(element.string.begin(), element.string.end(), [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
    if (!plain) {
      reader.ReportAt(element, "a quote, a backslash or a control character is no part of a word",
                      "put what it does into a script");
    }
  }
}

std::string FormatCommand(const std::vector<std::string>& command) {
  return command.empty() ? "[]" : fmt::format("[\"{}\"]", base::Join(command, "\", \""));
}

}  // namespace

void ReadAuditSettings(const Document& document, ObjectReader& reader, Problems& problems,
                       AuditSettings& settings) {
  const Node* const audit = reader.Object("audit");
  if (audit == nullptr) return;
  ObjectReader inner(document, *audit, problems);
  if (const Node* const checkpoint = inner.Object("checkpoint")) {
    ObjectReader bounds(document, *checkpoint, problems);
    bounds.Integer("records", {1, 1'000'000}, settings.checkpoint_records);
    bounds.Duration("time", {std::chrono::milliseconds(100), std::chrono::hours(24)},
                    settings.checkpoint_time);
    bounds.Finish();
  }
  inner.Size("reserve", {0, 1UL << 40}, settings.reserve);
  inner.Size("per_person", {64UL << 10, 1UL << 40}, settings.per_person);
  ReadSocket(inner, "syslog", settings.syslog);
  ReadSocket(inner, "journal", settings.journal);
  ReadCommand(inner, *audit, settings.export_command);
  inner.Finish();
}

std::string FormatAuditSettings(const AuditSettings& settings) {
  return fmt::format(
      R"(  "audit": {{
    "checkpoint": {{"records": {}, "time": "{}"}},
    "reserve": "{}",
    "per_person": "{}",
    "syslog": "{}",
    "journal": "{}",
    "export": {}
  }})",
      settings.checkpoint_records, FormatDuration(settings.checkpoint_time),
      FormatSize(settings.reserve), FormatSize(settings.per_person), settings.syslog,
      settings.journal, FormatCommand(settings.export_command));
}

}  // namespace config
