// Certificate: an OpenSSH user certificate (OpenSSH's PROTOCOL.certkeys), parsed strictly: a
// person's key, the authority's statements about the holder, and the authority's signature over
// both.
//
// This class only parses and verifies. Admittance decides whether the authority is known and
// whether the certificate is accepted.
#ifndef ONEOFF_AUTHZ_CERTIFICATE_H_
#define ONEOFF_AUTHZ_CERTIFICATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/address_list.h"
#include "authz/public_key.h"
#include "base/result.h"

namespace authz {

inline constexpr std::size_t kMaxCertificate = 8192;  // bytes
inline constexpr std::size_t kMaxPrincipals = 256;    // OpenSSH has the same limit
inline constexpr std::size_t kMaxOptions = 64;        // of critical options and of extensions, each

struct Certificate {
  enum class Kind { kUser, kHost };

  // Whether the blob's type is a certificate type. Checks nothing else.
  static bool IsOne(std::string_view blob);
  // `blob` is the complete certificate in wire format. kInvalid, with a sentence about the error:
  // truncated data, trailing data, options out of order or repeated, keys that PublicKey does not
  // accept. The signature is not verified.
  // An unknown critical option is not an error here: it is in `fault`.
  static base::Result<Certificate> Parse(std::string_view blob);

  // Whether `authority` signed it, with a touch if the authority is a FIDO key. Each call verifies
  // the signature, which costs CPU time. `authority` comes from the certificate itself: the caller
  // has to know it.
  bool IsSigned() const;
  // "ID 'alice' (serial 7) CA SHA256:…", the form of OpenSSH's log.
  std::string Name() const;

  PublicKey key;             // the certified key
  PublicKey authority;       // the key that signed it
  std::uint64_t serial = 0;  // 0 if the authority gave none
  Kind kind = Kind::kHost;
  std::string key_id;                   // any bytes
  std::vector<std::string> principals;  // any bytes, none empty; may be an empty list
  std::uint64_t valid_after = 0;        // seconds since 1970; the first valid second
  std::uint64_t valid_before = 0;       // the first second that is no longer valid; 2^64-1: never
  // Critical options.
  std::optional<std::string> force_command;   // not empty; any bytes
  std::optional<AddressList> source_address;  // addresses and networks only
  bool verify_required = false;               // the key must verify its user (PIN, fingerprint)
  std::string fault;  // why the certificate can never be accepted; empty: no reason
  // Extensions. Unknown ones are ignored, as PROTOCOL.certkeys says.
  bool touch_required = true;  // no-touch-required clears it
  bool permits_pty = false;

  std::string signed_bytes;  // everything in front of the signature
  std::string signature;     // of the authority: string algorithm, string bytes
};

// The signature algorithm for a certificate's algorithm: "rsa-sha2-512" for
// "rsa-sha2-512-cert-v01@openssh.com". nullopt if `algorithm` is no certificate's.
std::optional<std::string> PlainAlgorithm(std::string_view algorithm);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CERTIFICATE_H_
