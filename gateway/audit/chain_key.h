// The keys that sign the chain (Ed25519, RFC 8032), and what exactly they sign.
// VERIFICATION.md, "Signatures".
//
// Where the keys are kept is key_files.h's business; when the chain is signed, the sealer's.
#ifndef ONEOFF_GATEWAY_AUDIT_CHAIN_KEY_H_
#define ONEOFF_GATEWAY_AUDIT_CHAIN_KEY_H_

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace audit {

class PublicKey {
 public:
  // "ed25519:" and the key's 32 bytes in base64; or the same as PEM (SubjectPublicKeyInfo). White
  // space around it does not matter. kInvalid for anything else.
  static base::Result<PublicKey> Parse(std::string_view text);

  // "ed25519:…": what records and messages call it.
  std::string text() const;
  // What `openssl` reads.
  std::string Pem() const;
  // Whether `signature`, in base64, is this key's over `message`.
  bool Signed(std::string_view message, std::string_view signature) const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  friend class ChainKey;
  explicit PublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

class ChainKey {
 public:
  static base::Result<ChainKey> Generate();
  // PEM (PKCS#8, not encrypted). kInvalid says what is wrong, without any of the text. The caller
  // wipes `pem`.
  static base::Result<ChainKey> Parse(std::string_view pem);

  const PublicKey& public_key() const { return public_key_; }
  // In base64.
  std::string Sign(std::string_view message) const;
  // The caller wipes it.
  std::string Pem() const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using Handle = std::unique_ptr<EVP_PKEY, Free>;
  ChainKey(Handle key, PublicKey public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}
  static base::Result<ChainKey> Of(Handle key);

  Handle key_;  // OpenSSL wipes it when it is freed
  PublicKey public_key_;
};

// What a checkpoint signs: that record `covers`, whose line has the digest `head`, was the last one
// at `time`.
std::string CheckpointText(std::uint64_t covers, std::string_view head, std::string_view time);

// What both keys of a rotation sign: that `key` follows `old` at record `seq`, behind the record
// whose digest is `prev`.
std::string RotationText(std::string_view old, std::string_view key, std::uint64_t seq,
                         std::string_view prev);

// Overwrites a secret and empties the string.
void Wipe(std::string& secret);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHAIN_KEY_H_
