#include "gateway/front/proxy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/network.h"

namespace front {
namespace {

// The numbers are those of HAProxy's "The PROXY protocol", section 2.2. The length is given because
// the signature has a NUL.
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr unsigned kVersion = 2;
constexpr unsigned kLocal = 0;
constexpr unsigned kProxy = 1;
constexpr unsigned kTcpOverIpv4 = 0x11;
constexpr unsigned kTcpOverIpv6 = 0x21;
constexpr std::size_t kPort = 2;  // bytes

unsigned Byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

unsigned Uint16(std::string_view bytes, std::size_t at) {
  return Byte(bytes, at) << 8U | Byte(bytes, at + 1);
}

tl::unexpected<base::Error> Invalid(std::string message) {
  return base::Fail(base::Code::kInvalid, std::move(message));
}

// The order is source address, destination address, source port, destination port.
base::Result<std::optional<Address>> Client(std::string_view addresses, int bits) {
  const std::size_t size = static_cast<std::size_t>(bits) / 8;
  if (addresses.size() < 2 * (size + kPort)) return Invalid("the header ends in its addresses");
  base::IpAddress source;
  source.bits = bits;
  std::copy_n(addresses.begin(), size, source.bytes.begin());
  // Parse turns the text of an IPv4-mapped IPv6 address into an IPv4 address.
  const auto plain = base::IpAddress::Parse(source.Text());
  const auto port = static_cast<std::uint16_t>(Uint16(addresses, 2 * size));
  return Address{plain ? plain->Text() : source.Text(), port};
}

}  // namespace

base::Result<std::size_t> ProxyHeaderSize(std::string_view start) {
  // Version 1 is text and a common default of balancers, so it gets an answer of its own.
  if (start.starts_with("PROXY ")) {
    return Invalid("this is a PROXY protocol header of version 1: let the balancer send version 2");
  }
  if (start.size() < kProxyHeaderStart || !start.starts_with(kSignature) ||
      Byte(start, kSignature.size()) >> 4U != kVersion) {
    return Invalid("this is no PROXY protocol header of version 2");
  }
  const std::size_t size = kProxyHeaderStart + Uint16(start, 14);
  if (size > kMaxProxyHeader) {
    return base::Fail(base::Code::kTooLarge, fmt::format("a header of {} bytes", size));
  }
  return size;
}

base::Result<std::optional<Address>> ParseProxyHeader(std::string_view header) {
  const auto size = ProxyHeaderSize(header);
  if (!size) return base::Fail(size.error());
  if (header.size() != *size) return Invalid("the header is cut");
  const unsigned command = Byte(header, 12) & 0xFU;
  // The balancer's own connection, such as a health check: it names no client.
  if (command == kLocal) return std::nullopt;
  if (command != kProxy) return Invalid(fmt::format("an unknown command, {}", command));
  const std::string_view addresses = header.substr(kProxyHeaderStart);
  switch (Byte(header, 13)) {
    case kTcpOverIpv4:
      return Client(addresses, 32);
    case kTcpOverIpv6:
      return Client(addresses, 128);
    default:
      return Invalid("the header names no TCP client");
  }
}

}  // namespace front
