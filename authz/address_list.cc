#include "authz/address_list.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "authz/pattern.h"
#include "base/text.h"

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

base::Result<AddressList> AddressList::Parse(std::string_view text) {
  AddressList list;
  list.text_ = std::string(text);
  for (std::string_view part : base::Split(text, ',')) {
    part = base::Trim(part);
    Item item;
    item.forbids = !part.empty() && part[0] == '!';
    std::string_view pattern = item.forbids ? part.substr(1) : part;
    if (pattern.empty()) return base::Fail(base::Code::kInvalid, "an empty address pattern");
    if (pattern.find_first_not_of("0123456789abcdefABCDEF.:*?/") != std::string_view::npos) {
      return Invalid(part, "is no address: names are not looked up; write addresses or networks");
    }
    const std::size_t slash = pattern.find('/');
    item.network = Address::Parse(pattern.substr(0, slash));
    if (slash != std::string_view::npos) {
      const std::string_view digits = pattern.substr(slash + 1);
      const char* const end = digits.data() + digits.size();
      const auto [rest, error] = std::from_chars(digits.data(), end, item.mask);
      if (!item.network || error != std::errc() || rest != end || item.mask < 0 ||
          item.mask > item.network->bits) {
        return Invalid(part, "is no network such as 192.0.2.0/24 or 2001:db8::/32");
      }
      if (HasBitsBehind(*item.network, item.mask)) {
        return Invalid(part, "has bits set behind its mask");
      }
    } else if (item.network) {
      item.mask = item.network->bits;
    } else if (pattern.find_first_of("*?") != std::string_view::npos) {
      item.glob = base::Escape(pattern);
      std::transform(item.glob.begin(), item.glob.end(), item.glob.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
      });
    } else {
      return Invalid(part, "is no address");
    }
    list.items_.push_back(std::move(item));
    if (list.items_.size() > kMaxItems) {
      return base::Fail(base::Code::kInvalid, fmt::format("more than {} patterns", kMaxItems));
    }
  }
  return list;
}

bool AddressList::Admits(const Address& address) const {
  bool admitted = false;
  for (const Item& item : items_) {
    const bool matches = item.network ? InNetwork(*item.network, item.mask, address)
                                      : MatchesGlob(item.glob, address.text, Wildcards::kBoth);
    if (matches && item.forbids) return false;
    admitted = admitted || matches;
  }
  return admitted;
}

}  // namespace authz
