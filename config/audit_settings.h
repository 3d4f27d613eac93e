// AuditSettings: what gateway.json says of the audit log.
#ifndef ONEOFF_CONFIG_AUDIT_SETTINGS_H_
#define ONEOFF_CONFIG_AUDIT_SETTINGS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/json_reader.h"

namespace config {

struct AuditSettings {
  // The chain is signed after so many records (1 to 1000000) and so much time (100ms to 24h) at the
  // latest.
  std::uint64_t checkpoint_records = 1000;
  std::chrono::milliseconds checkpoint_time{60'000};

  // Room on the log's volume (0 to 1T; at most a sixteenth of the volume): with less, what nobody
  // waits for is summed; with less than a quarter of it, no run starts.
  std::size_t reserve = 64UL << 20;

  // The datagram sockets that each record is copied to: a path, "auto" (what the host has), "none".
  std::string syslog = "auto";
  std::string journal = "auto";

  // A command that gets each record on its standard input: argv; empty: there is none.
  std::vector<std::string> export_command;

  friend bool operator==(const AuditSettings&, const AuditSettings&) = default;
};

// Reads the key "audit", if `reader`'s object has it; it is of `document`.
void ReadAuditSettings(const Document& document, ObjectReader& reader, Problems& problems,
                       AuditSettings& settings);

// The key with its value, as lines of a JSON object; without a comma behind it.
std::string FormatAuditSettings(const AuditSettings& settings);

}  // namespace config

#endif  // ONEOFF_CONFIG_AUDIT_SETTINGS_H_
