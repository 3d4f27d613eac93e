#include "gateway/audit/keyed_digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <new>

namespace audit {
namespace {

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string hex;
  for (std::size_t i = 0; i < size; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

}  // namespace

std::string KeyedDigest(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  // OpenSSL fails only without memory or without the algorithm. The program cannot go on then.
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(),
           digest.data(), &size) == nullptr) {
    throw std::bad_alloc();
  }
  return Hex(digest.data(), size);
}

base::Result<std::string> NewKey() {
  std::array<unsigned char, 32> key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return base::Fail(base::Code::kSystem, "cannot get random bytes");
  }
  return Hex(key.data(), key.size());
}

}  // namespace audit
