// The header that a load balancer puts in front of a connection to name the client (PROXY protocol
// version 2, HAProxy's doc/proxy-protocol.txt). These functions read no descriptor.
//
// They run in the ProxyReader's process on bytes of a peer that is only believed to be a balancer.
// A header of version 1 (text that begins with "PROXY ") is named in the error's message.
#ifndef ONEOFF_GATEWAY_FRONT_PROXY_HEADER_H_
#define ONEOFF_GATEWAY_FRONT_PROXY_HEADER_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "gateway/front/address.h"

namespace front {

inline constexpr std::size_t kProxyHeaderStart = 16;  // bytes before the addresses
inline constexpr std::size_t kMaxProxyHeader = 536;   // bytes in all

// The length in bytes of the header that begins with these kProxyHeaderStart bytes. kInvalid if
// they begin no header of version 2. kTooLarge if the header is longer than kMaxProxyHeader.
base::Result<std::size_t> ProxyHeaderSize(std::string_view start);

// The client that a whole header names. nullopt for a connection of the balancer's own (LOCAL), for
// example a health probe. The function ignores the bytes after the addresses (TLVs). kInvalid if
// the header names no TCP client.
// `header` is exactly ProxyHeaderSize bytes: kInvalid otherwise. Only TCP over IPv4 and IPv6 name a
// client. An IPv4-mapped IPv6 source becomes IPv4, so that both forms are one source.
base::Result<std::optional<Address>> ParseProxyHeader(std::string_view header);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_PROXY_HEADER_H_
