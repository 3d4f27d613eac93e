// What a client signs to prove that it has a key (RFC 4252 section 7), taken apart strictly.
#ifndef ONEOFF_AUTHZ_USERAUTH_H_
#define ONEOFF_AUTHZ_USERAUTH_H_

#include <string>
#include <string_view>

#include "authz/public_key.h"
#include "base/result.h"

namespace authz {

struct SignedRequest {
  std::string
      session_id;    // 16 to 64 bytes: compare it with the one that was signed in the key exchange
  std::string user;  // the name as the client typed it: 1 to 256 bytes, not checked further
  std::string algorithm;
  std::string key_blob;
};

// string session id, byte 50, string user, string "ssh-connection", string "publickey", TRUE,
// string algorithm, string key; nothing after it. kInvalid says which part is not so.
base::Result<SignedRequest> ParseSignedRequest(std::string_view signed_bytes);

// Whether `signature` is the request's key's (the certified one, where that is a certificate), over
// exactly `signed_bytes`, by the request's algorithm. `request` is what ParseSignedRequest made of
// the same bytes. Errors as PublicKey::Parse and Verify.
base::Result<SignatureFacts> VerifySigned(const SignedRequest& request,
                                          std::string_view signed_bytes,
                                          std::string_view signature);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_USERAUTH_H_
