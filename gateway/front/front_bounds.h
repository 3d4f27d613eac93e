// FrontBounds: what the gateway admits, before anybody is known. Sources are networks: one IPv4
// address, one IPv6 /64, unless configured otherwise.
#ifndef ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_
#define ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/network.h"

namespace front {

// As PerSourcePenalties of sshd_config(5): each offence adds its time to what the source has left;
// it counts once there are `least` of it, and never is more than `most`.
struct PenaltyBounds {
  std::chrono::milliseconds crash{90'000};
  std::chrono::milliseconds authfail{5'000};
  std::chrono::milliseconds grace_exceeded{10'000};
  std::chrono::milliseconds noauth{1'000};
  std::chrono::milliseconds least{15'000};
  std::chrono::milliseconds most{600'000};
  // Remembered, of each family. With more, the ones that end soonest are forgotten.
  std::size_t sources = 65'536;
  std::vector<base::Network> exempt;
};

struct FrontBounds {
  std::size_t max_connections = 1'000;       // at once, those of people who are logged in included
  std::size_t connections_per_person = 100;  // at once, of those who are logged in
  std::size_t connections_per_source = 250;  // likewise, from one source
  // Connections that nobody has logged in on yet, as MaxStartups of sshd_config(5): with `start` of
  // them, `rate` of a hundred new ones are refused, with `full` all, and between those linearly.
  std::size_t start = 50;
  std::size_t rate = 30;
  std::size_t full = 200;
  std::size_t per_source = 40;  // of those, from one source
  int ipv4_bits = 32;           // of an address, that make the source
  int ipv6_bits = 64;
  PenaltyBounds penalties;
  // Whose connections begin with a PROXY protocol header, which names the client.
  std::vector<base::Network> balancers;
  // Nobody may take longer to log in: the session keeps this itself, the gateway makes sure.
  std::chrono::milliseconds login_grace{30'000};
  // For those who are there, when nobody new is let in any more.
  std::chrono::milliseconds drain{3'600'000};
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_
