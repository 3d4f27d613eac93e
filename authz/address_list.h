// AddressList: where a key may be used from: the patterns of OpenSSH's from="…" (ssh_config(5),
// PATTERNS).
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

// An IPv4 or IPv6 address. An IPv4 address mapped into IPv6 (::ffff:192.0.2.1) is the IPv4 address.
struct Address {
  int bits = 0;  // 32 or 128
  std::array<std::uint8_t, 16> bytes{};
  std::string text;  // the usual way to write it

  static std::optional<Address> Parse(std::string_view text);
};

class AddressList {
 public:
  // Comma separated; each an address, ADDRESS/BITS, or an address with * and ?; with ! before it,
  // it forbids. kInvalid: a host name (nothing looks names up here), a network with bits set behind
  // its mask, an empty pattern.
  static base::Result<AddressList> Parse(std::string_view text);

  // Whether an allowed pattern matches and no forbidden one does.
  bool Admits(const Address& address) const;
  const std::string& text() const { return text_; }

 private:
  struct Item {
    bool forbids = false;
    std::string glob;                // if there is no network
    std::optional<Address> network;  // with its first `mask` bits compared
    int mask = 0;
  };

  static base::Result<Item> ParseItem(std::string_view part);

  std::string text_;
  std::vector<Item> items_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_ADDRESS_LIST_H_
