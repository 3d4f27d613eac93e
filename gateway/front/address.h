// TCP addresses: to listen on, and of peers. Numeric only; nothing is resolved.
#ifndef ONEOFF_GATEWAY_FRONT_ADDRESS_H_
#define ONEOFF_GATEWAY_FRONT_ADDRESS_H_

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace front {

struct Address {
  std::string host;  // "192.0.2.7", "2001:db8::1"; an IPv4 address in IPv6 clothes as IPv4
  std::uint16_t port = 0;
  // "192.0.2.7:22", "[2001:db8::1]:22".
  std::string Text() const;
};

// "192.0.2.7:22" or "[2001:db8::1]:22"; port 0 is any free one. kInvalid for anything else.
base::Result<Address> ParseAddress(const std::string& text);

// A non-blocking socket that listens on `address` and nowhere else.
base::Result<base::UniqueFd> ListenOn(const Address& address);

// Where a listening socket listens: its real port.
base::Result<Address> LocalAddress(int socket);

// kInvalid for another family than IPv4 and IPv6.
base::Result<Address> AddressOf(const sockaddr_storage& address);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_ADDRESS_H_
