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
void DescribeSocket(SettingsTable& table, const char* key, std::string& socket) {
  table.String(key, socket, [&socket, key](ObjectReader& reader, const Node& /*object*/) {
    if (socket == "auto" || socket == "none") return;
    const bool plain = socket.find_first_of("\"\\") == std::string::npos;
    if (socket.front() == '/' && socket.size() <= kMaxSocket && plain) return;
    reader.Report(key, fmt::format("is {}, which is no path of a socket", base::Quote(socket, 64)),
                  "write \"auto\", \"none\" or \"/dev/log\"");
  });
}

void CheckCommand(const std::vector<std::string>& command, ObjectReader& reader,
                  const Node& object) {
  if (command.empty()) return;
  if (command.size() > kMaxWords) {
    reader.Report("export", fmt::format("has {} words, more than {}", command.size(), kMaxWords));
  }
  if (command.front().front() != '/') {
    reader.Report("export", fmt::format("is {}, which is no absolute path",
                                        base::Quote(command.front(), 64)));
  }
  for (const Node& element : object.Find("export")->elements) {
    const bool plain = std::none_of(element.string.begin(), element.string.end(), [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
    if (!plain) {
      reader.ReportAt(element, "a quote, a backslash or a control character is no part of a word",
                      "put what it does into a script");
    }
  }
}

}  // namespace

void Describe(SettingsTable& table, AuditSettings& settings) {
  table.Object("checkpoint", [&](SettingsTable& inner) {
    inner.Integer("records", {1, 1'000'000}, settings.checkpoint_records);
    inner.Duration("time", {std::chrono::milliseconds(100), std::chrono::hours(24)},
                   settings.checkpoint_time);
  });
  table.Size("reserve", {0, 1UL << 40}, settings.reserve);
  table.Size("per_person", {64UL << 10, 1UL << 40}, settings.per_person);
  DescribeSocket(table, "syslog", settings.syslog);
  DescribeSocket(table, "journal", settings.journal);
  table.Strings("export", settings.export_command, [&](ObjectReader& reader, const Node& object) {
    CheckCommand(settings.export_command, reader, object);
  });
}

}  // namespace config
