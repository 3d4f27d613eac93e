// The keys that sign the chain (Ed25519, RFC 8032) and the texts that they sign. VERIFICATION.md,
// "Signatures".
//
// key_files.h keeps the keys; the checkpoint signer decides when to sign.
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
  // Parses "ed25519:" with the key's 32 bytes in base64, or PEM (SubjectPublicKeyInfo). Ignores
  // white space around it. kInvalid for anything else.
  static base::Result<PublicKey> Parse(std::string_view text);

  // Returns "ed25519:...", as in records and messages.
  std::string text() const;
  // Returns PEM, for the openssl command.
  std::string Pem() const;
  // Whether `signature`, in base64, is this key's signature of `message`.
  // False also for a signature that is no base64 or has another length than 64 bytes.
  bool Signed(std::string_view message, std::string_view signature) const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  friend class ChainKey;
  explicit PublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

// A private key in memory. It can be moved and not copied. The functions throw std::bad_alloc if
// OpenSSL has no memory.
class ChainKey {
 public:
  // kSystem if OpenSSL makes none.
  static base::Result<ChainKey> Generate();
  // Parses PEM (PKCS#8, not encrypted). kInvalid; the message contains no part of `pem`. The caller
  // must wipe `pem`.
  // It never asks for a passphrase on a terminal.
  static base::Result<ChainKey> Parse(std::string_view pem);

  const PublicKey& public_key() const { return public_key_; }
  // Returns the signature in base64.
  std::string Sign(std::string_view message) const;
  // Returns the private key. The caller must wipe it.
  std::string Pem() const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using Handle = std::unique_ptr<EVP_PKEY, Free>;
  ChainKey(Handle key, PublicKey public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}
  static base::Result<ChainKey> Of(Handle key);

  Handle key_;  // OpenSSL wipes it on free
  PublicKey public_key_;
};

// Returns the text of a checkpoint's signature: at `time`, the last record was `covers`, and `head`
// is the digest of its line.
// Both texts begin with a line that names their purpose, so that a signature of one is none of the
// other. They end with a newline.
std::string CheckpointText(std::uint64_t covers, std::string_view head, std::string_view time);

// Returns the text that both keys of a rotation sign: `key` follows `old` at record `seq`; `prev`
// is the digest of the record before it.
std::string RotationText(std::string_view old, std::string_view key, std::uint64_t seq,
                         std::string_view prev);

// Overwrites a secret and empties the string.
// OPENSSL_cleanse(3), which a compiler does not remove.
void Wipe(std::string& secret);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHAIN_KEY_H_
