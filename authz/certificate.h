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
  static base::Result<Certificate> Parse(std::string_view blob);

  // Whether `authority` signed it. Each call verifies the signature, which costs CPU time.
  bool IsSigned() const;
  // "ID 'alice' (serial 7) CA SHA256:…", the form of OpenSSH's log.
  std::string Name() const;

  PublicKey key;        // the certified key
  PublicKey authority;  // the key that signed it
  std::uint64_t serial = 0;
  Kind kind = Kind::kHost;
  std::string key_id;  // any bytes
  std::vector<std::string> principals;
  std::uint64_t valid_after = 0;   // seconds since 1970; the first valid second
  std::uint64_t valid_before = 0;  // the first second that is no longer valid
  // Critical options.
  std::optional<std::string> force_command;
  std::optional<AddressList> source_address;
  bool verify_required = false;
  std::string fault;  // why the certificate can never be accepted; empty: no reason
  // Extensions. Unknown ones are ignored, as PROTOCOL.certkeys says.
  bool touch_required = true;  // no-touch-required clears it
  bool permits_pty = false;

  std::string signed_bytes;
  std::string signature;
};

// The signature algorithm for a certificate's algorithm: "rsa-sha2-512" for
// "rsa-sha2-512-cert-v01@openssh.com". nullopt if `algorithm` is no certificate's.
std::optional<std::string> PlainAlgorithm(std::string_view algorithm);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CERTIFICATE_H_
