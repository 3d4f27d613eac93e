// The data that a client signs to prove that it has a key (RFC 4252 7), parsed strictly.
//
// All of it comes from the client. The monitor verifies it, not the process that reads the network:
//
//   const auto request = authz::ParseSignedRequest(signed_bytes);
//   if (!request || request->session_id != session_id) ... refuse ...
//   const auto facts = authz::VerifySigned(*request, signed_bytes, signature);
//   if (!facts) ... refuse ...        // then Admittance::Authenticate(request->key_blob, ...)
#ifndef ONEOFF_AUTHZ_USERAUTH_H_
#define ONEOFF_AUTHZ_USERAUTH_H_

#include <string>
#include <string_view>

#include "authz/public_key.h"
#include "base/result.h"

namespace authz {

struct SignedRequest {
  // 16 to 64 bytes. The caller must compare it with its own session's: otherwise a signature for
  // another session could be replayed.
  std::string session_id;
  std::string user;  // the user name, as the client sent it: 1 to 256 bytes, not checked further
  std::string algorithm;  // as the client names it; cut after 256 bytes, not checked
  std::string key_blob;   // a key or a certificate in wire format, not checked
};

// Parses: string session id, byte 50, string user, string "ssh-connection", string "publickey",
// TRUE, string algorithm, string key; no trailing data. kInvalid names the part that is wrong.
base::Result<SignedRequest> ParseSignedRequest(std::string_view signed_bytes);

// Verifies that the request's key (for a certificate, the certified key) made `signature` over
// exactly `signed_bytes` with the request's algorithm. `request` is ParseSignedRequest's result for
// the same bytes. Errors as PublicKey::Parse, Certificate::Parse and Verify; also kInvalid if the
// signature is of another algorithm than the request names, or if only one of the algorithm and the
// key is a certificate's. Does not verify the authority's signature of a certificate.
base::Result<SignatureFacts> VerifySigned(const SignedRequest& request,
                                          std::string_view signed_bytes,
                                          std::string_view signature);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_USERAUTH_H_
