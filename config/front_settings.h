// FrontSettings: what gateway.json says of connections that nobody has logged in on yet.
#ifndef ONEOFF_CONFIG_FRONT_SETTINGS_H_
#define ONEOFF_CONFIG_FRONT_SETTINGS_H_

#include <chrono>
#include <string>
#include <vector>

#include "config/json_reader.h"

namespace config {

// Times, each 0ms to 24h, that an offence adds to what its source has left to be refused for.
struct PenaltySettings {
  std::chrono::milliseconds crash{90'000};           // its session was killed by a signal
  std::chrono::milliseconds authfail{5'000};         // signatures were refused
  std::chrono::milliseconds grace_exceeded{10'000};  // nobody logged in within login_grace
  std::chrono::milliseconds noauth{1'000};           // it left before anybody had logged in
  std::chrono::milliseconds least{15'000};           // with less, a source is not refused yet
  std::chrono::milliseconds most{600'000};           // more does not add up
  int sources = 65'536;                              // remembered of each family; 1 to 1000000
  std::vector<std::string> exempt;                   // addresses and networks; at most 256

  friend bool operator==(const PenaltySettings&, const PenaltySettings&) = default;
};

struct FrontSettings {
  // As MaxStartups of sshd_config(5): from `start` connections on, `rate` percent of the new ones
  // are refused, at `full` all. 1 to 10000; rate 0 to 100.
  int start = 50;
  int rate = 30;
  int full = 200;
  int per_source = 40;  // of those, from one source; 1 to 10000
  // How many bits of an address make the source. 0 to 32, 0 to 128.
  int ipv4_bits = 32;
  int ipv6_bits = 64;
  PenaltySettings penalties;
  // Load balancers, whose connections begin with a PROXY protocol header: as `exempt`.
  std::vector<std::string> proxy_protocol_from;
  // How long a drain waits for sessions and runs to end. 1s to 30d.
  std::chrono::milliseconds drain{3'600'000};

  friend bool operator==(const FrontSettings&, const FrontSettings&) = default;
};

// Reads the keys of FrontSettings that `reader`'s object has; it is of `document`.
void ReadFrontSettings(const Document& document, ObjectReader& reader, Problems& problems,
                       FrontSettings& settings);

// The keys with their values, as lines of a JSON object; without a comma behind the last.
std::string FormatFrontSettings(const FrontSettings& settings);

}  // namespace config

#endif  // ONEOFF_CONFIG_FRONT_SETTINGS_H_
