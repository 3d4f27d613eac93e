// SigningKey: a host key. It signs; the private part leaves it only as the text of its key file.
#ifndef ONEOFF_AUTHZ_SIGNING_KEY_H_
#define ONEOFF_AUTHZ_SIGNING_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "authz/openssl.h"
#include "base/result.h"

namespace authz {

class SigningKey {
 public:
  enum class Kind { kEd25519, kRsa3072 };

  // Makes a new key. RSA takes some tenths of a second.
  static base::Result<SigningKey> Generate(Kind kind = Kind::kEd25519);
  // Reads an OpenSSH private key file ("openssh-key-v1", not encrypted): Ed25519, ECDSA, RSA with
  // at least 2048 bits. kInvalid says what is wrong, without any part of the text. The caller wipes
  // `text`.
  static base::Result<SigningKey> Parse(std::string_view text);

  // The public key in wire format (RFC 4253 6.6).
  const std::string& PublicBlob() const { return public_blob_; }
  // "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa".
  const std::string& type() const { return type_; }
  // "ssh-ed25519 AAAA…" without a newline: the line of a .pub file.
  std::string PublicLine() const;
  // "SHA256:…".
  std::string Fingerprint() const;
  // The algorithms that it signs with, strongest first: "ssh-ed25519"; "rsa-sha2-512",
  // "rsa-sha2-256".
  std::vector<std::string> Algorithms() const;

  // The signature blob (string algorithm, string bytes) over `data`. kInvalid if the key does not
  // have `algorithm`.
  base::Result<std::string> Sign(std::string_view data, std::string_view algorithm) const;

  // The text of the private key file, for Ed25519 and RSA; kInvalid for other types. The caller
  // wipes it with Wipe().
  base::Result<std::string> ToOpenSshText(std::string_view comment) const;

 private:
  SigningKey() = default;

  KeyHandle key_;  // OpenSSL wipes the key when it frees it
  std::string type_;
  std::string public_blob_;
};

// Overwrites a secret and empties the string.
void Wipe(std::string& secret);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_SIGNING_KEY_H_
