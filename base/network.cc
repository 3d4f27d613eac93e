#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace base {
namespace {

constexpr std::size_t kMaxText = 64;  // bytes; every valid address is shorter
constexpr std::size_t kMappedBytes = 12;
constexpr std::array<std::uint8_t, kMappedBytes> kMapped = {0, 0, 0, 0, 0,    0,
                                                            0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  if (text.size() > kMaxText || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string zero_ended(text);
  IpAddress address;
  if (inet_pton(AF_INET, zero_ended.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, zero_ended.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.bits = 128;
  // An IPv4-mapped address (RFC 4291 2.5.5.2) is the IPv4 client on a socket that serves both
  // families. It must meet the limits and networks of IPv4.
  if (!std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
  IpAddress mapped;
  mapped.bits = 32;
  std::copy(address.bytes.begin() + kMappedBytes, address.bytes.end(), mapped.bytes.begin());
  return mapped;
}

std::string IpAddress::Text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(bits == 32 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<Network> Network::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Of(*address, address->bits);
  const std::string_view digits = text.substr(slash + 1);
  int mask = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, mask);
  if (error != std::errc() || rest != end || mask < 0 || mask > address->bits) return std::nullopt;
  const Network network = Of(*address, mask);
  // Bits behind the mask are most likely a typing mistake in the address or in the mask.
  if (network.first != *address) return std::nullopt;
  return network;
}

Network Network::Of(const IpAddress& address, int mask) {
  Network network{address, std::clamp(mask, 0, address.bits)};
  for (std::size_t i = 0; i < network.first.bytes.size(); ++i) {
    const int kept = std::clamp(network.mask - static_cast<int>(i) * 8, 0, 8);
    network.first.bytes[i] &= static_cast<std::uint8_t>(0xFF00U >> static_cast<unsigned>(kept));
  }
  return network;
}

bool Network::Holds(const IpAddress& address) const {
  return address.bits == first.bits && Of(address, mask).first == first;
}

std::string Network::Text() const {
  if (mask == first.bits) return first.Text();
  return first.Text() + "/" + std::to_string(mask);
}

}  // namespace base
