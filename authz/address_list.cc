#include "authz/address_list.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "config/pattern.h"

namespace authz {
namespace {

constexpr std::size_t kMaxItems = 256;

bool Bit(const Address& address, int index) {
  const auto byte = address.bytes.at(static_cast<std::size_t>(index / 8));
  return (static_cast<unsigned>(byte) >> static_cast<unsigned>(7 - index % 8) & 1U) != 0;
}

bool InNetwork(const Address& network, int mask, const Address& address) {
  if (network.bits != address.bits) return false;
  for (int i = 0; i < mask; ++i) {
    if (Bit(network, i) != Bit(address, i)) return false;
  }
  return true;
}

bool HasBitsBehind(const Address& network, int mask) {
  for (int i = mask; i < network.bits; ++i) {
    if (Bit(network, i)) return true;
  }
  return false;
}

tl::unexpected<base::Error> Invalid(std::string_view item, std::string_view why) {
  return base::Fail(base::Code::kInvalid, fmt::format("{} {}", base::Quote(item, 100), why));
}

// The mask of "ADDRESS/MASK"; `digits` is its text. nullopt if it is not valid.
std::optional<int> ParseMask(const std::optional<Address>& network, std::string_view digits) {
  int mask = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, mask);
  const bool number = error == std::errc() && rest == end;
  if (!number || !network || mask < 0 || mask > network->bits) return std::nullopt;
  return mask;
}

std::string LowerHex(std::string_view pattern) {
  std::string lower(pattern);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace

std::optional<Address> Address::Parse(std::string_view text) {
  const std::string zero_ended(text.substr(0, 64));
  Address address;
  std::array<std::uint8_t, 16> raw{};
  if (inet_pton(AF_INET, zero_ended.c_str(), raw.data()) == 1) {
    address.bits = 32;
  } else if (inet_pton(AF_INET6, zero_ended.c_str(), raw.data()) == 1) {
    address.bits = 128;
    constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    // IPv4-mapped (RFC 4291 2.5.5.2): an IPv4 client on a socket for both families. It must match
    // IPv4 patterns.
    if (std::equal(kMapped.begin(), kMapped.end(), raw.begin())) {
      address.bits = 32;
      std::copy(raw.begin() + 12, raw.end(), raw.begin());
      std::fill(raw.begin() + 4, raw.end(), std::uint8_t{0});
    }
  } else {
    return std::nullopt;
  }
  address.bytes = raw;
  std::array<char, INET6_ADDRSTRLEN> written{};
  const char* const shown = inet_ntop(address.bits == 32 ? AF_INET : AF_INET6, raw.data(),
                                      written.data(), static_cast<socklen_t>(written.size()));
  address.text = shown == nullptr ? "" : shown;
  return address;
}

base::Result<AddressList::Item> AddressList::ParseItem(std::string_view part) {
  Item item;
  item.forbids = !part.empty() && part[0] == '!';
  const std::string_view pattern = item.forbids ? part.substr(1) : part;
  if (pattern.empty()) return base::Fail(base::Code::kInvalid, "an empty address pattern");
  if (pattern.find_first_not_of("0123456789abcdefABCDEF.:*?/") != std::string_view::npos) {
    return Invalid(part, "is no address: names are not looked up; write addresses or networks");
  }
  const std::size_t slash = pattern.find('/');
  item.network = Address::Parse(pattern.substr(0, slash));
  if (slash != std::string_view::npos) {
    const auto mask = ParseMask(item.network, pattern.substr(slash + 1));
    if (!mask) return Invalid(part, "is no network such as 192.0.2.0/24 or 2001:db8::/32");
    item.mask = *mask;
    if (HasBitsBehind(*item.network, item.mask)) {
      // As in sshd (sshd_config(5), Match Address): most likely the mask or the address is
      // mistyped.
      return Invalid(part, "has bits set behind its mask");
    }
  } else if (item.network) {
    item.mask = item.network->bits;
  } else if (pattern.find_first_of("*?") != std::string_view::npos) {
    item.glob = LowerHex(pattern);
  } else {
    return Invalid(part, "is no address");
  }
  return item;
}

base::Result<AddressList> AddressList::Parse(std::string_view text) {
  AddressList list;
  list.text_ = std::string(text);
  for (const std::string_view part : base::Split(text, ',')) {
    auto item = ParseItem(base::Trim(part));
    if (!item) return tl::unexpected(std::move(item.error()));
    list.items_.push_back(*std::move(item));
    if (list.items_.size() > kMaxItems) {
      return base::Fail(base::Code::kInvalid, fmt::format("more than {} patterns", kMaxItems));
    }
  }
  return list;
}

bool AddressList::Admits(const Address& address) const {
  bool admitted = false;
  for (const Item& item : items_) {
    const bool matches =
        item.network ? InNetwork(*item.network, item.mask, address)
                     : config::MatchesGlob(item.glob, address.text, config::Wildcards::kBoth);
    // A "!" pattern wins over all others, wherever it stands (sshd(8), from=).
    if (matches && item.forbids) return false;
    admitted = admitted || matches;
  }
  return admitted;
}

}  // namespace authz
