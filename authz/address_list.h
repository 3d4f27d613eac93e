// AddressList: the addresses from which a key may be used: the patterns of OpenSSH's from="…"
// (sshd(8), AUTHORIZED_KEYS FILE FORMAT; ssh_config(5), PATTERNS).
#ifndef ONEOFF_AUTHZ_ADDRESS_LIST_H_
#define ONEOFF_AUTHZ_ADDRESS_LIST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace authz {

// An IPv4 or IPv6 address. An IPv4 address mapped into IPv6 (::ffff:192.0.2.1) becomes the IPv4
// address. Unlike base::IpAddress it holds its text, which patterns are matched with.
struct Address {
  int bits = 0;                          // 32 or 128
  std::array<std::uint8_t, 16> bytes{};  // in network order; an IPv4 address has the first four
  std::string text;                      // in its usual form: lower case, zeros shortened to "::"

  // As inet_pton(3): no port, no brackets, no zone. nullopt for any other text.
  static std::optional<Address> Parse(std::string_view text);
};

class AddressList {
 public:
  // A list separated by commas, with blanks around them. Each item is an address, ADDRESS/BITS, or
  // an address with * and ?; a ! in front forbids what it matches. kInvalid, with the item: a host
  // name (this code makes no DNS queries), a network with bits set after its mask, an empty pattern
  // (so an empty list, too), more than 256 items.
  static base::Result<AddressList> Parse(std::string_view text);

  // Whether an item admits the address and no item forbids it. A list of ! items only admits none.
  // A pattern with * or ? is compared with Address::text, so one for IPv6 has to be in that form.
  bool Admits(const Address& address) const;
  // As it was parsed; it holds only [0-9A-Fa-f.:*?/!,] and white space.
  const std::string& text() const { return text_; }

 private:
  struct Item {
    bool forbids = false;
    std::string glob;                // used if the item is no network
    std::optional<Address> network;  // only its first `mask` bits are compared
    int mask = 0;
  };

  static base::Result<Item> ParseItem(std::string_view part);

  std::string text_;
  std::vector<Item> items_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_ADDRESS_LIST_H_
