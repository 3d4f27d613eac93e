// PublicKey: a person's SSH public key, and the judgement of signatures that are said to be made
// with it.
//
// Types: ssh-ed25519 (RFC 8709), ecdsa-sha2-nistp256, -384, -521 (RFC 5656), ssh-rsa with 2048 to
// 16384 bits (RFC 4253 6.6; signatures by RFC 8332 only, never SHA-1), and the FIDO ones of OpenSSH
// (PROTOCOL.u2f): sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com.
#ifndef ONEOFF_AUTHZ_PUBLIC_KEY_H_
#define ONEOFF_AUTHZ_PUBLIC_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace authz {

// What a sound signature says of how it was made.
struct SignatureFacts {
  std::string algorithm;       // as the signature names it: "rsa-sha2-512"
  bool hardware = false;       // made by a FIDO key; only then do the following mean anything
  bool user_present = false;   // it was touched
  bool user_verified = false;  // it has checked a PIN or a finger
  std::uint32_t counter = 0;
};

class PublicKey {
 public:
  // `blob` is the key as it travels (what stands in base64 in an authorized_keys line), whole.
  // kInvalid with a sentence about what is wrong with it. Cheap: whether a point is on its curve is
  // found out by Verify.
  static base::Result<PublicKey> Parse(std::string_view blob);

  const std::string& blob() const { return blob_; }
  // "ssh-ed25519", "ssh-rsa", …
  const std::string& type() const;
  bool hardware() const;
  // "SHA256:" and 43 characters, as OpenSSH prints it.
  std::string Fingerprint() const;
  // The names of signature algorithms that this key makes, strongest first.
  std::vector<std::string> Algorithms() const;

  // Whether `signature` (string algorithm, string bytes, and for FIDO keys flags and counter) is
  // this key's over `signed_bytes`: kDenied if not, kInvalid if it is malformed or of an algorithm
  // that the key does not make. Whether a touch was needed is the caller's to decide.
  base::Result<SignatureFacts> Verify(std::string_view signature,
                                      std::string_view signed_bytes) const;

 private:
  // Whether `made`, the bytes inside the signature, is the key's over `message`.
  bool Holds(std::string_view algorithm, std::string_view made, std::string_view message) const;
  // What is wrong with the fields; empty if nothing is.
  std::string Fault() const;

  enum class Type { kEd25519, kEcdsa256, kEcdsa384, kEcdsa521, kRsa, kSkEd25519, kSkEcdsa256 };

  PublicKey() = default;

  Type type_ = Type::kEd25519;
  std::string blob_;
  std::string point_;        // Ed25519: 32 bytes; ECDSA: uncompressed point
  std::string modulus_;      // RSA, big endian, without leading zeros
  std::string exponent_;     // RSA
  std::string application_;  // FIDO: "ssh:" and the like
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PUBLIC_KEY_H_
