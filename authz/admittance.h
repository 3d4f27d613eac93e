// Admittance: the person that a key or a certificate lets in. The monitor asks before and after it
// verifies a signature, and again for each request.
#ifndef ONEOFF_AUTHZ_ADMITTANCE_H_
#define ONEOFF_AUTHZ_ADMITTANCE_H_

#include <string>
#include <string_view>
#include <variant>

#include "authz/certificate.h"
#include "authz/people.h"
#include "authz/policy.h"

namespace authz {

//
//   const authz::Admittance admittance(people, policy);
//   auto answer = admittance.Authenticate(request.key_blob, source, clock.Now(), *facts);
//   if (const auto* admission = std::get_if<authz::Admission>(&answer)) ... admission->person
//
// It is a view without a state of its own: after a change of `people` or `policy` it answers by the
// new ones. It does not count attempts, and does not check the signature over the request:
// VerifySigned does.
class Admittance {
 public:
  // `people` and `policy` must outlive this object.
  Admittance(const People& people, const Policy& policy) : people_(people), policy_(policy) {}

  // Whether the key or certificate would be accepted (RFC 4252 7, SSH_MSG_USERAUTH_PK_OK). `source`
  // is the client's address as text, without a port; a text that is no address satisfies no list of
  // addresses. `blob` may be hostile. For a certificate of a known authority this verifies the
  // authority's signature, so it costs CPU time.
  std::variant<Admission, Rejection> Probe(std::string_view blob, std::string_view source,
                                           base::WallTime now) const;
  // As Probe, after a signature of the key, or of the certified key, was verified. Also requires
  // that a FIDO key was touched, and verified its user, if its line or certificate demands that.
  std::variant<Admission, Rejection> Authenticate(std::string_view blob, std::string_view source,
                                                  base::WallTime now,
                                                  const SignatureFacts& facts) const;

 private:
  std::variant<Admission, Rejection> Judge(const Certificate& certificate, std::string_view source,
                                           base::WallTime now) const;
  // The holder of the certificate. The error text says why the certificate names no holder.
  tl::expected<Admission, std::string> Holder(const Certificate& certificate,
                                              Authority::Principals principals) const;

  const People& people_;
  const Policy& policy_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_ADMITTANCE_H_
