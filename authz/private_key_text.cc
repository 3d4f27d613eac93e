#include "authz/private_key_text.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>

#include "authz/openssl.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic("openssh-key-v1\0", 15);
constexpr std::size_t kMaxText = 64UL * 1024;
constexpr std::size_t kLine = 70;  // characters of base64 per line, as ssh-keygen writes
constexpr std::size_t kBlock = 8;  // bytes; the secret part is padded to a multiple of this

tl::unexpected<base::Error> Invalid(std::string why) {
  return base::Fail(base::Code::kInvalid, std::move(why));
}

// The bytes between the first and the last line.
base::Result<Secret> Unarmor(std::string_view text) {
  if (text.size() > kMaxText) return Invalid("it is too long for a private key");
  text = base::Trim(text);
  if (text.substr(0, kBegin.size()) != kBegin) {
    return Invalid(
        "it is no private key in OpenSSH's own format; ssh-keygen -p -f FILE rewrites one");
  }
  const std::size_t end = text.find(kEnd);
  if (end == std::string_view::npos || end + kEnd.size() != text.size()) {
    return Invalid("its last line is missing");
  }
  std::string packed;
  // No reallocation, which would leave a copy of the secret in freed memory.
  packed.reserve(text.size());
  for (const char byte : text.substr(kBegin.size(), end - kBegin.size())) {
    if (std::string_view(" \t\r\n").find(byte) == std::string_view::npos) packed += byte;
  }
  const Secret base64(std::move(packed));
  auto bytes = base::Base64Decode(base64.text());
  if (!bytes) return Invalid("it is not base64 between its first and last line");
  return Secret(*std::move(bytes));
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {
  // A move copies a short string (std::string keeps it inside the object): overwrite the source.
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  other.bytes_.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Secret::~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

base::Result<PrivateKeyContent> ReadPrivateKeyText(std::string_view text) {
  const auto bytes = Unarmor(text);
  if (!bytes) return tl::unexpected(bytes.error());
  DataReader reader(bytes->text());
  const std::string_view magic = reader.Bytes(kMagic.size());
  const std::string_view cipher = reader.String();
  const std::string_view derivation = reader.String();
  const std::string_view options = reader.String();
  const std::uint32_t count = reader.Uint32();
  if (magic != kMagic || !reader.ok()) return Invalid("it is cut short");
  if (cipher != "none" || derivation != "none" || !options.empty()) {
    return Invalid("it is encrypted; a host key has no passphrase");
  }
  if (count != 1) return Invalid("it holds more than one key");
  const std::string_view public_blob = reader.String();
  const std::string_view secret = reader.String();
  if (!reader.Finished()) return Invalid("it is cut short, or something follows it");

  DataReader inner(secret);
  const std::uint32_t first = inner.Uint32();
  const std::uint32_t second = inner.Uint32();
  // PROTOCOL.key: two equal numbers and a whole number of blocks show that the secret part is read
  // right.
  if (!inner.ok() || first != second || secret.size() % kBlock != 0)
    return Invalid("it is damaged");
  return PrivateKeyContent{std::string(public_blob), Secret(std::string(inner.rest()))};
}

std::string WritePrivateKeyText(std::string_view public_blob, std::string_view fields) {
  std::uint32_t check = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&check), sizeof(check));
  DataWriter inner;
  inner.bytes().reserve(fields.size() + 32);
  inner.Uint32(check).Uint32(check).Bytes(fields);
  for (std::uint8_t pad = 1; inner.bytes().size() % kBlock != 0; ++pad) inner.Byte(pad);
  DataWriter outer;
  outer.bytes().reserve(inner.bytes().size() + public_blob.size() + 128);
  outer.Bytes(kMagic).String("none").String("none").String("").Uint32(1).String(public_blob);
  outer.String(inner.bytes());
  const Secret plain(std::move(inner.bytes()));
  const Secret bytes(std::move(outer.bytes()));
  const Secret base64(base::Base64Encode(bytes.text()));
  std::string text;
  text.reserve(base64.text().size() * 2 + 256);
  text.append(kBegin).append("\n");
  for (std::size_t at = 0; at < base64.text().size(); at += kLine) {
    text.append(base64.text(), at, kLine).append("\n");
  }
  return text.append(kEnd).append("\n");
}

}  // namespace authz
