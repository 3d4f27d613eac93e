#include "gateway/audit/chain_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <new>
#include <utility>

#include "base/text.h"

namespace audit {
namespace {

constexpr std::string_view kPrefix = "ed25519:";
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSignatureSize = 64;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Returns a BIO that reads `text`, which must outlive it.
Bio Reader(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

Bio Memory() {
  // Secure memory, because a private key is written to it (BIO_s_mem(3)).
  Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio) throw std::bad_alloc();
  return bio;
}

std::string Content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

// Prevents OpenSSL from asking for a passphrase on the terminal (pem_password_cb(3)).
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*argument*/) { return 0; }

std::string RawPublic(const EVP_PKEY* key) {
  std::array<unsigned char, kKeySize> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != kKeySize) {
    return {};
  }
  return {raw.begin(), raw.end()};
}

}  // namespace

base::Result<PublicKey> PublicKey::Parse(std::string_view text) {
  const std::string_view trimmed = base::Trim(text);
  std::string bytes;
  if (trimmed.starts_with(kPrefix)) {
    bytes = base::Base64Decode(trimmed.substr(kPrefix.size())).value_or("");
  } else if (trimmed.starts_with("-----BEGIN PUBLIC KEY-----")) {
    const Key key(PEM_read_bio_PUBKEY(Reader(trimmed).get(), nullptr, NoPassphrase, nullptr));
    ERR_clear_error();
    if (key) bytes = RawPublic(key.get());
  }
  if (bytes.size() != kKeySize) {
    return base::Fail(base::Code::kInvalid, "not a public key of an audit log: ed25519:BASE64");
  }
  return PublicKey(std::move(bytes));
}

std::string PublicKey::text() const { return std::string(kPrefix) + base::Base64Encode(bytes_); }

std::string PublicKey::Pem() const {
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(bytes_), bytes_.size()));
  const Bio bio = Memory();
  if (!key || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) throw std::bad_alloc();
  return Content(bio.get());
}

bool PublicKey::Signed(std::string_view message, std::string_view signature) const {
  const auto raw = base::Base64Decode(signature);
  if (!raw || raw->size() != kSignatureSize) return false;
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(bytes_), bytes_.size()));
  const Digest context(EVP_MD_CTX_new());
  if (!key || !context) throw std::bad_alloc();
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(*raw), raw->size(), Bytes(message), message.size()) ==
          1;
  ERR_clear_error();
  return good;
}

base::Result<ChainKey> ChainKey::Of(Handle key) {
  std::string bytes = RawPublic(key.get());
  if (bytes.empty()) return base::Fail(base::Code::kInvalid, "not an Ed25519 key");
  return ChainKey(std::move(key), PublicKey(std::move(bytes)));
}

base::Result<ChainKey> ChainKey::Generate() {
  Handle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  ERR_clear_error();
  if (!key) return base::Fail(base::Code::kSystem, "no Ed25519 key can be made");
  return Of(std::move(key));
}

base::Result<ChainKey> ChainKey::Parse(std::string_view pem) {
  Handle key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (!key)
    return base::Fail(base::Code::kInvalid, "not a private key in PEM, or an encrypted one");
  return Of(std::move(key));
}

std::string ChainKey::Sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  std::array<unsigned char, kSignatureSize> signature{};
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, Bytes(message), message.size()) != 1) {
    throw std::bad_alloc();  // with a valid key only a lack of memory can fail
  }
  return base::Base64Encode({reinterpret_cast<const char*>(signature.data()), size});
}

std::string ChainKey::Pem() const {
  const Bio bio = Memory();
  if (PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, NoPassphrase, nullptr) !=
      1) {
    throw std::bad_alloc();
  }
  return Content(bio.get());
}

std::string CheckpointText(std::uint64_t covers, std::string_view head, std::string_view time) {
  return fmt::format("oneoff audit checkpoint 1\n{}\n{}\n{}\n", covers, head, time);
}

std::string RotationText(std::string_view old, std::string_view key, std::uint64_t seq,
                         std::string_view prev) {
  return fmt::format("oneoff audit key rotation 1\n{}\n{}\n{}\n{}\n", old, key, seq, prev);
}

void Wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace audit
