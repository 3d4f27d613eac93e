// Internet addresses and networks as values, which can be compared, counted and exempted.
#ifndef ONEOFF_BASE_NETWORK_H_
#define ONEOFF_BASE_NETWORK_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// Nothing here asks a name server or blocks. The default value is no address.
struct IpAddress {
  int bits = 0;                          // 32 or 128
  std::array<std::uint8_t, 16> bytes{};  // in network order; an IPv4 address has the first four

  // "192.0.2.7", "2001:db8::1", as inet_pton(3) reads them: no zone ("%eth0"), no brackets, no
  // port, no leading zeros in IPv4. An IPv4 address mapped into IPv6 (::ffff:192.0.2.7) becomes the
  // IPv4 address. nullopt for any other text, also if a NUL follows an address.
  static std::optional<IpAddress> Parse(std::string_view text);
  // The shortest usual form (inet_ntop(3)); Parse reads it.
  std::string Text() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): in code that the compiler generates
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// All addresses with the same first bits.
struct Network {
  IpAddress first;
  int mask = 0;  // number of equal bits: 0 to first.bits

  // "192.0.2.0/24", "2001:db8::/32", or an address, which is a network of one address. nullopt for
  // anything else, and for bits set after the mask. The mask of a mapped IPv4 address counts in
  // IPv4's 32 bits.
  static std::optional<Network> Parse(std::string_view text);
  // The network of `mask` bits that holds `address`. `mask` is reduced to the address's bits.
  static Network Of(const IpAddress& address, int mask);

  // Never true for an address of the other family, not even for the mask 0.
  bool Holds(const IpAddress& address) const;
  // The form that Parse reads; without a mask if the network holds one address only.
  std::string Text() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const Network&, const Network&) = default;
};

}  // namespace base

#endif  // ONEOFF_BASE_NETWORK_H_
