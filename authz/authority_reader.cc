#include "authz/authority_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "authz/key_line.h"
#include "base/text.h"

namespace authz {
namespace {

using config::Need;
using config::Node;
using config::ObjectReader;

constexpr std::size_t kMaxAuthorities = 100;
constexpr std::string_view kFingerprint = "SHA256:";
constexpr std::size_t kFingerprintLength = 50;
constexpr std::string_view kSerial = "serial:";
constexpr std::string_view kId = "id:";

// nullopt for text that is no number, and for 0: ssh-keygen gives 0 to certificates without a
// serial number.
std::optional<std::uint64_t> ParseSerial(std::string_view digits) {
  std::uint64_t serial = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, serial);
  if (error != std::errc() || rest != end || serial == 0) return std::nullopt;
  return serial;
}

// Adds `text` to what the authority has revoked. False if `text` is no valid entry.
bool Revoke(std::string_view text, Authority& authority) {
  if (text.starts_with(kFingerprint)) {
    authority.revoked_keys.emplace(text);
    return text.size() == kFingerprintLength &&
           base::Base64Decode(std::string(text.substr(kFingerprint.size())) + "=").has_value();
  }
  if (text.starts_with(kSerial)) {
    const auto serial = ParseSerial(text.substr(kSerial.size()));
    if (serial) authority.revoked_serials.insert(*serial);
    return serial.has_value();
  }
  if (!text.starts_with(kId) || text.size() == kId.size()) return false;
  authority.revoked_ids.emplace(text.substr(kId.size()));
  return true;
}

}  // namespace

std::vector<Authority> AuthorityReader::Read(const Node& list) {
  std::vector<Authority> authorities;
  if (list.elements.size() > kMaxAuthorities) {
    document_.Report(problems_, list.offset,
                     fmt::format("more than {} authorities", kMaxAuthorities));
    return authorities;
  }
  for (const Node& node : list.elements) {
    auto authority = ReadOne(node);
    if (!authority) continue;
    const bool twice = std::any_of(
        authorities.begin(), authorities.end(),
        [&](const Authority& other) { return other.key.blob() == authority->key.blob(); });
    if (twice) {
      document_.Report(problems_, node.offset, "this authority's key is another's too",
                       "an authority stands here once");
      continue;
    }
    authorities.push_back(*std::move(authority));
  }
  return authorities;
}

std::optional<Authority> AuthorityReader::ReadOne(const Node& node) {
  constexpr std::chrono::hours kYear(366 * 24);
  ObjectReader reader(document_, node, problems_);
  auto key = ReadKey(reader, node);
  std::string principals;
  reader.Choice("principals", {"people", "groups"}, principals, Need::kRequired);
  std::chrono::milliseconds longest{0};
  const bool bounded = reader.Duration("longest", {std::chrono::seconds(1), 100 * kYear}, longest);
  // Reads the rest all the same, so that only the key is reported.
  if (!key) {
    reader.Any("revoked");
    reader.Finish();
    return std::nullopt;
  }
  Authority authority{.key = *std::move(key),
                      .principals = principals == "groups" ? Authority::Principals::kGroups
                                                           : Authority::Principals::kPeople,
                      .longest = {},
                      .revoked_keys = {},
                      .revoked_ids = {},
                      .revoked_serials = {}};
  if (bounded) authority.longest = longest;
  ReadRevoked(reader, node, authority);
  reader.Finish();
  return authority;
}

std::optional<PublicKey> AuthorityReader::ReadKey(ObjectReader& reader, const Node& node) {
  std::string text;
  if (!reader.String("key", text, Need::kRequired)) return std::nullopt;
  const Node& place = *node.Find("key");
  auto line = ParseKeyLine(text);
  if (!line) {
    reader.ReportAt(place, fmt::format("the authority's key: {}", line.error().message),
                    line.error().hint);
    return std::nullopt;
  }
  if (!line->has_value()) {
    reader.ReportAt(place, "the authority's key is missing", "TYPE BASE64, as in its .pub file");
    return std::nullopt;
  }
  KeyLine& found = **line;
  if (!text.starts_with(found.key.type())) {
    reader.ReportAt(place, "an authority's key takes no options",
                    "TYPE BASE64, as in its .pub file");
    return std::nullopt;
  }
  return std::move(found.key);
}

void AuthorityReader::ReadRevoked(ObjectReader& reader, const Node& node, Authority& authority) {
  std::vector<std::string> revoked;
  if (!reader.Strings("revoked", revoked)) return;
  for (const Node& element : node.Find("revoked")->elements) {
    if (Revoke(element.string, authority)) continue;
    reader.ReportAt(element,
                    fmt::format("{} names nothing to revoke", base::Quote(element.string, 64)),
                    "\"SHA256:…\" (the certified key's fingerprint), \"serial:7\" or \"id:KEYID\"");
  }
}

}  // namespace authz
