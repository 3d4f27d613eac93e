// PublicKey: a person's SSH public key, and the verification of signatures made with it.
//
// Types: ssh-ed25519 (RFC 8709); ecdsa-sha2-nistp256, -384, -521 (RFC 5656); ssh-rsa with 2048 to
// 16384 bits (RFC 4253 6.6; signatures by RFC 8332 only, never SHA-1); OpenSSH's FIDO types
// (PROTOCOL.u2f) sk-ssh-ed25519@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com.
#ifndef ONEOFF_AUTHZ_PUBLIC_KEY_H_
#define ONEOFF_AUTHZ_PUBLIC_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace authz {

// What a valid signature says about how it was made.
struct SignatureFacts {
  std::string algorithm;       // as named in the signature: "rsa-sha2-512"
  bool hardware = false;       // made by a FIDO key; the members below have a meaning only then
  bool user_present = false;   // the key was touched
  bool user_verified = false;  // the key checked a PIN or a fingerprint
  std::uint32_t counter = 0;   // of the FIDO key's signatures; nothing here compares it
};

class PublicKey {
 public:
  // `blob` is the complete key in wire format (the base64 part of an authorized_keys line).
  // kInvalid, with a sentence about the error: over 8192 bytes, cut short, trailing data, another
  // type, a certificate, a curve that does not belong to the type, a compressed point, an RSA
  // modulus out of range, an even RSA exponent, 1 or one over 8 bytes. Cheap: only Verify checks
  // whether a point is on its curve.
  static base::Result<PublicKey> Parse(std::string_view blob);

  // As it was parsed. Keys are compared by it: Parse accepts one encoding of each.
  const std::string& blob() const { return blob_; }
  // "ssh-ed25519", "ssh-rsa", …
  const std::string& type() const;
  // Whether it is a FIDO key.
  bool hardware() const;
  // "SHA256:" and 43 characters: OpenSSH's form.
  std::string Fingerprint() const;
  // The signature algorithms of this key, strongest first.
  std::vector<std::string> Algorithms() const;

  // Verifies that `signature` (string algorithm, string bytes; for FIDO keys also flags and
  // counter) is this key's signature over `signed_bytes`. kDenied if it is not; kInvalid if it is
  // malformed or of an algorithm that this key does not have. The caller decides whether a touch
  // was required. An RSA signature may lack up to 8 leading zero bytes, as OpenSSH accepts it.
  base::Result<SignatureFacts> Verify(std::string_view signature,
                                      std::string_view signed_bytes) const;

 private:
  // Whether `made`, the bytes inside the signature, is the key's signature over `message`.
  bool Holds(std::string_view algorithm, std::string_view made, std::string_view message) const;
  // What is wrong with the fields; empty: nothing.
  std::string Fault() const;

  enum class Type { kEd25519, kEcdsa256, kEcdsa384, kEcdsa521, kRsa, kSkEd25519, kSkEcdsa256 };

  PublicKey() = default;

  Type type_ = Type::kEd25519;
  std::string blob_;
  std::string point_;        // Ed25519: 32 bytes; ECDSA: the uncompressed point
  std::string modulus_;      // RSA, big endian, without leading zeros
  std::string exponent_;     // RSA
  std::string application_;  // FIDO: the application, such as "ssh:"
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PUBLIC_KEY_H_
