// Admittance: whom a key or a certificate lets in: what the monitor asks before and after a
// signature, and what is asked again for each request.
#ifndef ONEOFF_AUTHZ_ADMITTANCE_H_
#define ONEOFF_AUTHZ_ADMITTANCE_H_

#include <string>
#include <string_view>
#include <variant>

#include "authz/certificate.h"
#include "authz/people.h"
#include "authz/policy.h"

namespace authz {

class Admittance {
 public:
  // Both outlive this.
  Admittance(const People& people, const Policy& policy) : people_(people), policy_(policy) {}

  // Whether the key or certificate would let somebody in (RFC 4252 7, PK_OK). `source` is the
  // client's address as text, without a port.
  std::variant<Admission, Rejection> Probe(std::string_view blob, std::string_view source,
                                           base::WallTime now) const;
  // As Probe, after a signature of the key, or of the certified key, was verified: also that a FIDO
  // key was touched, and has verified its user, as its line or certificate asks.
  std::variant<Admission, Rejection> Authenticate(std::string_view blob, std::string_view source,
                                                  base::WallTime now,
                                                  const SignatureFacts& facts) const;

 private:
  std::variant<Admission, Rejection> Judge(const Certificate& certificate, std::string_view source,
                                           base::WallTime now) const;
  // Who the certificate's holder is. A text is why that cannot be said.
  tl::expected<Admission, std::string> Holder(const Certificate& certificate,
                                              Authority::Principals principals) const;

  const People& people_;
  const Policy& policy_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_ADMITTANCE_H_
