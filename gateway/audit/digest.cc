#include "gateway/audit/digest.h"

#include <array>
#include <new>

namespace audit {
namespace {

// OpenSSL fails only without memory or without the algorithm. The program cannot go on then.
void Require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

// Fetched once; otherwise OpenSSL searches its providers for each digest (EVP_MD_fetch(3)).
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  Require(context_ != nullptr && Algorithm() != nullptr
              ? EVP_DigestInit_ex2(context_.get(), Algorithm(), nullptr)
              : 0);
}

void Sha256::Update(std::string_view bytes) {
  Require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::Hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  Require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(std::size_t{2} * size);
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest.at(i) >> 4U];
    hex += kDigits[digest.at(i) & 0xFU];
  }
  return hex;
}

std::string Sha256::Of(std::string_view bytes) {
  Sha256 digest;
  digest.Update(bytes);
  return digest.Hex();
}

}  // namespace audit
