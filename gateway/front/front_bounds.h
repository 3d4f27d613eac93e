// FrontBounds: how many connections the gateway admits, before it knows the person. A source is a
// network: one IPv4 address or one IPv6 /64, unless configured otherwise.
//
// Plain values. gateway.json names each and gives its range (config/gateway.json); this folder
// checks none. A reload replaces them at once.
#ifndef ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_
#define ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/network.h"

namespace front {

// As PerSourcePenalties of sshd_config(5): each offence adds its time to the source's penalty. The
// gateway refuses the source once the penalty reaches `least`. The penalty never exceeds `most`.
struct PenaltyBounds {
  // The time that one offence adds. 0 turns that penalty off.
  std::chrono::milliseconds crash{90'000};
  std::chrono::milliseconds authfail{5'000};
  std::chrono::milliseconds grace_exceeded{10'000};
  std::chrono::milliseconds noauth{1'000};
  std::chrono::milliseconds least{15'000};
  std::chrono::milliseconds most{600'000};
  // Sources to remember, in each address family. When there are more, the limiter forgets those
  // whose penalties end soonest.
  std::size_t sources = 65'536;
  // Networks that are never penalised. Their connections count all the same.
  std::vector<base::Network> exempt;
};

struct FrontBounds {
  std::size_t max_connections = 1'000;       // at once, with and without a login
  std::size_t connections_per_person = 100;  // at once, logged in as one person
  std::size_t connections_per_source = 250;  // at once, logged in from one source
  // Bytes that the sessions of one person, and of one source, hold together of what clients sent.
  std::size_t bytes_held_per_person = 64UL << 20;
  std::size_t bytes_held_per_source = 256UL << 20;
  // Connections without a login, as MaxStartups of sshd_config(5): with `start` of them, the
  // gateway refuses `rate` percent of the newcomers, with `full` all of them; between the two the
  // share grows linearly.
  std::size_t start = 50;
  std::size_t rate = 30;
  std::size_t full = 200;
  std::size_t per_source = 40;  // without a login, from one source
  int ipv4_bits = 32;           // leading bits of an address that make its source
  int ipv6_bits = 64;
  PenaltyBounds penalties;
  // Load balancers: their connections begin with a PROXY protocol header, which names the client.
  std::vector<base::Network> balancers;
  // Time for the login. The session ends itself after it; the gateway kills a session that does
  // not.
  std::chrono::milliseconds login_grace{30'000};
  // Time for the open connections to end in a drain, which admits no new ones.
  std::chrono::milliseconds drain{3'600'000};
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_FRONT_BOUNDS_H_
