#include "gateway/record/digest.h"

#include <array>
#include <new>

namespace record {
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

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  Require(context_ != nullptr && Algorithm() != nullptr
              ? EVP_DigestInit_ex2(context_.get(), Algorithm(), nullptr)
              : 0);
}

void Digest::Add(std::string_view bytes) {
  Require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Digest::Hex() const {
  // EVP_DigestFinal_ex ends a context, and more bytes may follow.
  const Context copy(EVP_MD_CTX_new());
  Require(copy != nullptr ? EVP_MD_CTX_copy_ex(copy.get(), context_.get()) : 0);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  Require(EVP_DigestFinal_ex(copy.get(), digest.data(), &size));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest.at(i) >> 4U];
    hex += kDigits[digest.at(i) & 0xFU];
  }
  return hex;
}

std::string Digest::Of(std::string_view bytes) {
  Digest digest;
  digest.Add(bytes);
  return digest.Hex();
}

}  // namespace record
