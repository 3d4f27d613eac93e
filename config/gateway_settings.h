// GatewaySettings: what etc/gateway.json says. The shipped config/gateway.json is its reference:
// complete, commented, and equal to the defaults below (a test holds it to that).
#ifndef ONEOFF_CONFIG_GATEWAY_SETTINGS_H_
#define ONEOFF_CONFIG_GATEWAY_SETTINGS_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/audit_settings.h"
#include "config/front_settings.h"
#include "config/problem.h"

namespace config {

// Recordings of runs.
struct RecordingSettings {
  // Archived recordings are removed when they are older. 1s to 10 years.
  std::chrono::milliseconds retain{std::chrono::hours(24 * 90)};
  // What they may take of the disk: all, one app's and one person's. With more, the oldest of those
  // who take most go, but none that is younger than min_age (0ms to 10 years). A person or an app
  // whose young recordings take their whole share starts no recorded run. 0 to 1P each.
  std::size_t max_disk = 10UL << 30;
  std::size_t per_app = 5UL << 30;
  std::size_t per_person = 2UL << 30;
  std::chrono::milliseconds min_age{std::chrono::hours(24 * 7)};
  // Bytes of one terminal's recording, at which its run is ended. 64K to 1P.
  std::size_t per_run = 256UL << 20;
  // Room on their disk that is left to others: with less than half, no run starts; one that runs
  // waits with less than half of it up to all, the more it wrote lately. 0 to 1T.
  std::size_t reserve = 500UL << 20;
  // How long a run waits for a recording that cannot be written, until it is ended. 10ms to 24h.
  std::chrono::milliseconds pause_limit{60'000};

  friend bool operator==(const RecordingSettings&, const RecordingSettings&) = default;
};

// Who watches the runs of others.
struct WatchSettings {
  // At once, of all runs, and of each person (1 to 1000 each).
  int at_once = 64;
  int per_person = 8;
  // A watcher is dropped who takes nothing for so long (10ms to 1h), or is so many bytes behind
  // what the run prints (1M to 1T).
  std::chrono::milliseconds patience{10'000};
  std::size_t behind = 64UL << 20;

  friend bool operator==(const WatchSettings&, const WatchSettings&) = default;
};

struct GatewaySettings {
  // ADDRESS:PORT or [IPV6]:PORT, 1 to 16 of them; numeric; port 0: any free one.
  std::vector<std::string> listen = {"127.0.0.1:2222"};
  // The system user that the gateway runs as, where it is started by root. Not root.
  std::string gateway_user = "oneoff-gateway";
  // From the accepted connection to the end of authentication. 1s to 10m.
  std::chrono::milliseconds login_grace{30'000};
  // From the login until the client must have asked for a session. 10ms to 24h.
  std::chrono::milliseconds first_session{60'000};
  // From a session's opening until the client must have asked for something to run in it. 10ms to
  // 24h.
  std::chrono::milliseconds first_request{60'000};
  // Whether ECDH over the NIST curves is offered behind the others.
  bool nist_curves = true;
  // Whether algorithms that only old clients need are offered behind the others.
  bool old_clients = false;
  // Sessions at once on one connection. 1 to 100.
  int channels = 10;
  // Runs at once of one person, over all apps. 1 to 1000.
  int runs_per_person = 20;
  // Requests of one person that are refused, in a minute: after that each is refused late, and
  // unread. 1 to 100000.
  int refusals_per_minute = 120;
  // Connections at once. 1 to 10000.
  int max_connections = 1000;
  // Of those, on which one person is logged in, and on which people are logged in from one source.
  // 1 to 10000 each.
  int connections_per_person = 100;
  int connections_per_source = 250;
  // Those that nobody has logged in on yet.
  FrontSettings front;
  // Failed signatures until the connection is closed. 1 to 100.
  int key_tries = 6;
  // Keys that a connection may ask about without a signature. 1 to 1000.
  int key_probes = 50;
  // The environment that a client may send, before any rule is asked: variables (0 to 1000), and
  // bytes of their names and values together (0 to 1M).
  int environment_variables = 64;
  std::size_t environment_bytes = 32UL * 1024;
  // Packets before authentication. 20 to 100000.
  int packets_before_login = 1000;
  // What is held of a channel whose client sends more than it was granted, in bytes, before the
  // connection is ended. 2M (honest clients stay below 1.3 MB) to 64M.
  std::size_t bytes_held = 4UL << 20;
  // The same of all channels of a connection together. 2M to 1G; at least 1.3 MB for each of
  // `channels` are in force, which honest clients may need.
  std::size_t bytes_held_per_connection = 16UL << 20;
  // New keys are agreed on after so many bytes (1M to 1T) and so much time (1s to 24h).
  std::size_t rekey_bytes = 1UL << 30;
  std::chrono::milliseconds rekey_time{3'600'000};
  // A run that is ended gets HUP, after term_after TERM, after kill_after more KILL. 10ms to 10m
  // each.
  std::chrono::milliseconds term_after{5'000};
  std::chrono::milliseconds kill_after{5'000};
  // The client is asked for a sign of life when it has been silent for `keepalive` (50ms to 1h);
  // silent for lost_after (more than keepalive, up to 24h), its line is lost. While nothing runs on
  // its connection, it may be silent for idle_lost_after (100ms to 24h), if that is longer.
  std::chrono::milliseconds keepalive{15'000};
  std::chrono::milliseconds lost_after{45'000};
  std::chrono::milliseconds idle_lost_after{600'000};
  // How long a process in the background that holds the pipe delays the end of a run. 0ms to 10m.
  std::chrono::milliseconds linger{2'000};
  RecordingSettings recordings;
  WatchSettings watch;
  // The record of all that.
  AuditSettings audit;

  friend bool operator==(const GatewaySettings&, const GatewaySettings&) = default;
};

// The settings that `text` (of the file `file`) holds; keys that are absent keep their defaults.
// nullopt, with all that is wrong added to `problems`, if anything is.
std::optional<GatewaySettings> ParseGatewaySettings(const std::string& file,
                                                    const std::string& text, Problems& problems);

// The same as a gateway.json without comments, ending with a newline.
std::string FormatGatewaySettings(const GatewaySettings& settings);

}  // namespace config

#endif  // ONEOFF_CONFIG_GATEWAY_SETTINGS_H_
