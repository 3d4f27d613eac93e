// SigningKey: a host key. It signs; the private part leaves it only as the text of its key file.
//
// It reads and writes no file, and checks no file's owner. It can be moved, not copied.
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

  // Makes a new key. RSA takes some tenths of a second. kSystem if OpenSSL cannot make one.
  static base::Result<SigningKey> Generate(Kind kind = Kind::kEd25519);
  // Reads an OpenSSH private key file ("openssh-key-v1", not encrypted): Ed25519, ECDSA, RSA with
  // 2048 to 16384 bits. kInvalid says what is wrong, without any part of the text. Makes and
  // verifies a signature, so a file whose two parts do not belong together is kInvalid, too. The
  // caller wipes `text`.
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

  // The signature blob (string algorithm, string bytes; RFC 4253 6.6, RFC 5656 3.1.2, RFC 8332,
  // RFC 8709) over `data`, which it hashes itself. kInvalid if the key does not have `algorithm`;
  // kSystem if OpenSSL fails.
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

// Overwrites a secret and empties the string. It cannot reach copies that a string left behind when
// it grew: reserve the room before a secret is put in.
void Wipe(std::string& secret);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_SIGNING_KEY_H_
