#include "gateway/ssh/host_key.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gateway/ssh/field_reader.h"

namespace ssh {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"};

}  // namespace

base::Result<HostKey> ParseHostKey(std::string_view line) {
  const auto words = base::Split(base::Trim(line), ' ');
  if (words.size() < 2) {
    return base::Fail(base::Code::kInvalid, "is no public key: expected TYPE BASE64 [COMMENT]");
  }
  const std::string_view type = words[0];
  if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
    return base::Fail(base::Code::kInvalid, "is of type " + base::Quote(type, 60) +
                                                ", which is no host key's (ed25519, ecdsa, rsa)");
  }
  auto blob = base::Base64Decode(words[1]);
  // A public key blob begins with the name of its own type (RFC 4253 6.6). The line's first word
  // alone proves nothing about the blob.
  if (!blob || FieldReader(*blob).String() != type) {
    return base::Fail(base::Code::kInvalid,
                      "is damaged: its content is no " + std::string(type) + " key");
  }
  return HostKey{std::string(type), std::move(*blob)};
}

}  // namespace ssh
