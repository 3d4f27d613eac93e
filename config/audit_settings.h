// AuditSettings: the key "audit" of gateway.json.
#ifndef ONEOFF_CONFIG_AUDIT_SETTINGS_H_
#define ONEOFF_CONFIG_AUDIT_SETTINGS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/settings_table.h"

namespace config {

struct AuditSettings {
  // The chain is signed after this many records (1 to 1000000), and at the latest after this time
  // (100ms to 24h).
  std::uint64_t checkpoint_records = 1000;
  std::chrono::milliseconds checkpoint_time{60'000};

  // Free space on the log's volume (0 to 1T; at most a sixteenth of the volume). With less, events
  // that no request waits for are summed up; with less than a quarter of it, no run starts.
  std::size_t reserve = 64UL << 20;

  // Bytes of the starts of one person's runs and watches, in an hour and at once (64K to 1T; at
  // most a sixteenth of the volume, or 1M if that is more). Above it the person's next start is
  // refused.
  std::size_t per_person = 64UL << 20;

  // The datagram socket that gets a copy of each record: an absolute path of at most 100 bytes,
  // "auto" (the host's, if it exists), "none".
  std::string syslog = "auto";
  std::string journal = "auto";

  // The argv of a command that gets each record on its standard input; empty: none. At most 64
  // words, the first an absolute path; no word holds a quote, a backslash or a control character.
  std::vector<std::string> export_command;

  friend bool operator==(const AuditSettings&, const AuditSettings&) = default;
};

// The keys of the object "audit" of gateway.json.
void Describe(SettingsTable& table, AuditSettings& settings);

}  // namespace config

#endif  // ONEOFF_CONFIG_AUDIT_SETTINGS_H_
