// GatewaySettings: etc/gateway.json. The shipped config/gateway.json is its reference: complete,
// commented, and equal to the defaults below (a test compares them).
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
  // Archived recordings that are older are removed. 1s to 10 years.
  std::chrono::milliseconds retain{std::chrono::hours(24 * 90)};
  // Disk space for all recordings, for one app's and for one person's; 0 to 1P each. Above it, the
  // oldest recordings of the largest user are removed, but none that is younger than min_age (0ms
  // to 10 years). If young recordings alone fill the share of a person or an app, they start no
  // recorded run.
  std::size_t max_disk = 10UL << 30;
  std::size_t per_app = 5UL << 30;
  std::size_t per_person = 2UL << 30;
  std::chrono::milliseconds min_age{std::chrono::hours(24 * 7)};
  // Bytes of one terminal's recording at which its run is ended. 64K to 1P.
  std::size_t per_run = 256UL << 20;
  // Free space on the recordings' volume, 0 to 1T. With less than half of it no run starts. A run
  // in progress waits below a mark between half and all of it: the more it wrote lately, the higher
  // its mark.
  std::size_t reserve = 500UL << 20;
  // How long a run waits for a recording that cannot be written before the run is ended. 10ms to
  // 24h.
  std::chrono::milliseconds pause_limit{60'000};

  friend bool operator==(const RecordingSettings&, const RecordingSettings&) = default;
};

// Watchers of other people's runs.
// The value of on_disconnect.lost that leaves the choice to the kind of run.
inline constexpr const char* kDefaultOnLost = "default";

struct WatchSettings {
  // Watchers at once: of all runs, and per person (1 to 1000 each).
  int at_once = 64;
  int per_person = 8;
  // A watcher that takes no data for `patience` (10ms to 1h), or that is `behind` bytes behind the
  // run's output (1M to 1T), is dropped.
  std::chrono::milliseconds patience{10'000};
  std::size_t behind = 64UL << 20;

  friend bool operator==(const WatchSettings&, const WatchSettings&) = default;
};

struct GatewaySettings {
  // 1 to 16 times ADDRESS:PORT or [IPV6]:PORT, numeric. Port 0: any free port. Names are errors: no
  // name server is asked.
  std::vector<std::string> listen = {"127.0.0.1:2222"};
  // The system user that the gateway becomes if root starts it. Not root. At most 32 of
  // [a-z0-9_-], the first a letter or '_'; whether the user exists is not checked here.
  std::string gateway_user = "oneoff-gateway";
  // Time from the accepted connection to the end of authentication. 1s to 10m.
  std::chrono::milliseconds login_grace{30'000};
  // Time from the login until the client must have requested a session. 10ms to 24h.
  std::chrono::milliseconds first_session{60'000};
  // Time from a session's opening until the client must have requested something to run. 10ms to
  // 24h.
  std::chrono::milliseconds first_request{60'000};
  // Whether ECDH over the NIST curves is offered, after the other algorithms.
  bool nist_curves = true;
  // Whether algorithms that only old clients need are offered, after the other algorithms.
  bool old_clients = false;
  // Sessions at once per connection. 1 to 100.
  int channels = 10;
  // Runs at once per person, over all apps. 1 to 1000.
  int runs_per_person = 20;
  // Requests at once per person that are being answered; a run counts until it starts. Further ones
  // wait. 1 to 1000.
  int requests_per_person = 8;
  // Refused requests per person and minute. Above it each request is refused late, without being
  // read. 1 to 100000.
  int refusals_per_minute = 120;
  // Connections at once. 1 to 10000.
  int max_connections = 1000;
  // Logged-in connections at once per person, and per source. 1 to 10000 each.
  int connections_per_person = 100;
  int connections_per_source = 250;
  // Connections without a login.
  FrontSettings front;
  // Failed signatures after which the connection is closed. 1 to 100.
  int key_tries = 6;
  // Keys that a connection may ask about without a signature (RFC 4252 7). 1 to 1000.
  int key_probes = 50;
  // Environment that a client may send, before any rule is applied: number of variables (0 to
  // 1000), and bytes of all names and values (0 to 1M).
  int environment_variables = 64;
  std::size_t environment_bytes = 32UL * 1024;
  // Packets that a client may send before authentication. 20 to 100000.
  int packets_before_login = 1000;
  // Bytes held for one channel whose client exceeds its window; above it the connection is ended.
  // 2M (correct clients stay below 1.3 MB) to 64M.
  std::size_t bytes_held = 4UL << 20;
  // The same for all channels of a connection together. 2M to 1G. In force are at least 1.3 MB per
  // session of `channels`: correct clients may need that.
  std::size_t bytes_held_per_connection = 16UL << 20;
  // The same of all connections on which one person is logged in, and from one source. 2M to 64G;
  // in force are at least 1.3 MB for each of runs_per_person, and per source what a person may.
  std::size_t bytes_held_per_person = 64UL << 20;
  std::size_t bytes_held_per_source = 256UL << 20;
  // Keys are exchanged again after this many bytes (1M to 1T), and after this time (1s to 24h).
  std::size_t rekey_bytes = 1UL << 30;
  std::chrono::milliseconds rekey_time{3'600'000};
  // A run that has to end gets HUP, or its app's or command's hangup_signal; after term_after,
  // TERM; after kill_after more, KILL. 10ms to 10m each.
  std::chrono::milliseconds term_after{5'000};
  std::chrono::milliseconds kill_after{5'000};
  // A client that is silent for `keepalive` (50ms to 1h) gets a keepalive request. After lost_after
  // of silence (more than keepalive, up to 24h) its connection counts as lost. A connection without
  // a run may be silent for idle_lost_after (100ms to 24h), if that is longer.
  std::chrono::milliseconds keepalive{15'000};
  std::chrono::milliseconds lost_after{45'000};
  std::chrono::milliseconds idle_lost_after{600'000};
  // What happens to a run whose client left, and to one whose connection was lost: "hangup", "keep
  // 15m" or "continue" (config/on_disconnect.h). "default": a run with a terminal is kept for 15
  // minutes, another one goes on.
  std::string on_left = "hangup";
  std::string on_lost = kDefaultOnLost;
  // How long a background process that holds the run's pipe delays the run's end. 0ms to 10m.
  std::chrono::milliseconds linger{2'000};
  RecordingSettings recordings;
  WatchSettings watch;
  AuditSettings audit;

  friend bool operator==(const GatewaySettings&, const GatewaySettings&) = default;
};

// Reads the settings from `text`, the content of `file`, which is named in messages only. An absent
// key keeps its default. nullopt, with each error added to `problems`, if there is an error. Checks
// ranges and forms, and neither the host's users nor its volumes.
std::optional<GatewaySettings> ParseGatewaySettings(const std::string& file,
                                                    const std::string& text, Problems& problems);

// The settings as a gateway.json without comments, with a newline at the end.
// ParseGatewaySettings reads it as the same settings.
std::string FormatGatewaySettings(const GatewaySettings& settings);

// The outermost keys whose values differ and take effect at the next start of the gateway.
std::vector<std::string> ChangedForNextStart(GatewaySettings started_with, GatewaySettings now);

}  // namespace config

#endif  // ONEOFF_CONFIG_GATEWAY_SETTINGS_H_
