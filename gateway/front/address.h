// TCP addresses of listening sockets and of peers. Only numeric addresses; nothing here asks a
// resolver.
//
// They run in the gateway process. An address travels as text between the processes
// (wire::Connection) and is parsed again where it is used.
#ifndef ONEOFF_GATEWAY_FRONT_ADDRESS_H_
#define ONEOFF_GATEWAY_FRONT_ADDRESS_H_

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace front {

struct Address {
  std::string host;  // "192.0.2.7", "2001:db8::1"; an IPv4-mapped IPv6 address as IPv4
  std::uint16_t port = 0;
  // "192.0.2.7:22", "[2001:db8::1]:22".
  // Does not check `host`: any host with a colon is put in brackets.
  std::string Text() const;
};

// Parses "192.0.2.7:22" or "[2001:db8::1]:22". Port 0 lets the kernel choose a free port. kInvalid
// for any other text.
// The host stays as it was typed: an IPv4-mapped one is not turned into IPv4 here. An IPv6 address
// without brackets, a name, a sign before the port and a port above 65535 are invalid.
base::Result<Address> ParseAddress(const std::string& text);

// Returns a non-blocking, close-on-exec socket that listens on `address` and on no other. The
// caller owns it. kSystem if the kernel refuses, for example because the port is in use.
// kInvalid if the host is no numeric address. Up to 512 connections wait in the kernel's queue
// (listen(2), within net.core.somaxconn). SO_REUSEADDR is set, so a restart can bind at once; an
// IPv6 socket accepts no IPv4 (IPV6_V6ONLY, ipv6(7)).
base::Result<base::UniqueFd> ListenOn(const Address& address);

// The address that `socket` is bound to, with the port that the kernel chose for port 0.
// kSystem if getsockname(2) fails; kInvalid for a socket that is not TCP.
base::Result<Address> LocalAddress(int socket);

// The address in `address`. kInvalid for a family other than IPv4 and IPv6.
base::Result<Address> AddressOf(const sockaddr_storage& address);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_ADDRESS_H_
