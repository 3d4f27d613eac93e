// Certificate: an OpenSSH user certificate (OpenSSH's PROTOCOL.certkeys), taken apart strictly: a
// person's key, what an authority says of its holder, and the authority's signature over both.
//
// What is here is what the certificate says. Whether its authority is known, and whether it counts
// now and here, is admittance.h's to judge.
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
inline constexpr std::size_t kMaxPrincipals = 256;    // as OpenSSH
inline constexpr std::size_t kMaxOptions = 64;        // of each kind

struct Certificate {
  enum class Kind { kUser, kHost };

  // Whether the blob's type is a certificate's. Says nothing about the rest.
  static bool IsOne(std::string_view blob);
  // `blob` is the certificate as it travels, whole. kInvalid with a sentence about what is wrong
  // with it: anything cut short, anything that follows, options out of order or twice, keys that
  // PublicKey does not take. The signature is not looked at.
  static base::Result<Certificate> Parse(std::string_view blob);

  // Whether `authority` has signed it. Costs a verification.
  bool IsSigned() const;
  // "ID 'alice' (serial 7) CA SHA256:…", as OpenSSH's log names one.
  std::string Name() const;

  PublicKey key;        // the certified one
  PublicKey authority;  // the one that signed it
  std::uint64_t serial = 0;
  Kind kind = Kind::kHost;
  std::string key_id;  // any bytes
  std::vector<std::string> principals;
  std::uint64_t valid_after = 0;   // seconds since 1970, the first that counts
  std::uint64_t valid_before = 0;  // the first that does not
  // Critical options.
  std::optional<std::string> force_command;
  std::optional<AddressList> source_address;
  bool verify_required = false;
  std::string fault;  // what no certificate that counts may say; empty: nothing
  // Extensions; those that are not named here are passed over.
  bool touch_required = true;  // no-touch-required clears it
  bool permits_pty = false;

  std::string signed_bytes;
  std::string signature;
};

// The signature algorithm that goes with a certificate's: "rsa-sha2-512" for
// "rsa-sha2-512-cert-v01@openssh.com". nullopt if the name is no certificate's.
std::optional<std::string> PlainAlgorithm(std::string_view algorithm);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CERTIFICATE_H_
