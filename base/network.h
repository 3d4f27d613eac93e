// Internet addresses and networks of them, as values: to compare, to count by, to exempt.
#ifndef ONEOFF_BASE_NETWORK_H_
#define ONEOFF_BASE_NETWORK_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

struct IpAddress {
  int bits = 0;  // 32 or 128
  std::array<std::uint8_t, 16> bytes{};

  // "192.0.2.7", "2001:db8::1". An IPv4 address mapped into IPv6 is the IPv4 address.
  static std::optional<IpAddress> Parse(std::string_view text);
  std::string Text() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): of the code that the compiler makes
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// All addresses that begin with the same bits.
struct Network {
  IpAddress first;
  int mask = 0;  // how many bits are the same: 0 to first.bits

  // "192.0.2.0/24", "2001:db8::/32", or an address, which is a network of one. nullopt for anything
  // else, and where bits are set behind the mask.
  static std::optional<Network> Parse(std::string_view text);
  // The one of `mask` bits that holds `address`; all of its bits if `mask` is more.
  static Network Of(const IpAddress& address, int mask);

  bool Holds(const IpAddress& address) const;
  // As Parse reads it; an address alone where that is all it holds.
  std::string Text() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const Network&, const Network&) = default;
};

}  // namespace base

#endif  // ONEOFF_BASE_NETWORK_H_
