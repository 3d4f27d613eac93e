// The header that a load balancer puts in front of a connection: who the client is (PROXY protocol,
// version 2, of HAProxy's doc/proxy-protocol.txt). Pure: it reads no descriptor.
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

// How long the header is that begins with these kProxyHeaderStart bytes. kInvalid: it is none of
// version 2. kTooLarge: longer than kMaxProxyHeader.
base::Result<std::size_t> ProxyHeaderSize(std::string_view start);

// The client of a whole header; nullopt for a connection of the balancer's own (LOCAL), as its
// health probes are. What stands behind the addresses is passed over. kInvalid if it names no TCP
// client.
base::Result<std::optional<Address>> ParseProxyHeader(std::string_view header);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_PROXY_HEADER_H_
