// FrontSettings: the keys of gateway.json about connections without a login.
#ifndef ONEOFF_CONFIG_FRONT_SETTINGS_H_
#define ONEOFF_CONFIG_FRONT_SETTINGS_H_

#include <chrono>
#include <string>
#include <vector>

#include "config/settings_table.h"

namespace config {

// The penalties, 0ms to 24h each. An offence adds its time to the source's penalty; a source with a
// penalty is refused. Comparable to PerSourcePenalties in sshd_config(5).
struct PenaltySettings {
  std::chrono::milliseconds crash{90'000};           // a signal killed its session process
  std::chrono::milliseconds authfail{5'000};         // signatures were refused
  std::chrono::milliseconds grace_exceeded{10'000};  // no login within login_grace
  std::chrono::milliseconds noauth{1'000};           // the client left without a login
  std::chrono::milliseconds least{15'000};  // a smaller penalty does not refuse the source yet
  std::chrono::milliseconds most{600'000};  // the penalty never exceeds this; not below `least`
  int sources = 65'536;                     // remembered per address family; 1 to 1000000
  std::vector<std::string> exempt;          // addresses and networks; at most 256

  friend bool operator==(const PenaltySettings&, const PenaltySettings&) = default;
};

struct FrontSettings {
  // As MaxStartups in sshd_config(5): from `start` connections on, `rate` percent of new ones are
  // refused; from `full` on, all. 1 to 10000, `full` not below `start`; `rate` 0 to 100.
  int start = 50;
  int rate = 30;
  int full = 200;
  int per_source = 40;  // connections without a login from one source; 1 to 10000
  // The number of address bits that make up a source: 0 to 32, 0 to 128.
  int ipv4_bits = 32;
  int ipv6_bits = 64;
  PenaltySettings penalties;
  // Load balancers whose connections begin with a PROXY protocol header; same form as `exempt`.
  std::vector<std::string> proxy_protocol_from;
  // How long a drain waits until sessions and runs have ended: 1s to 30d.
  std::chrono::milliseconds drain{3'600'000};

  friend bool operator==(const FrontSettings&, const FrontSettings&) = default;
};

// The keys of gateway.json that these settings are.
void Describe(SettingsTable& table, FrontSettings& settings);

}  // namespace config

#endif  // ONEOFF_CONFIG_FRONT_SETTINGS_H_
