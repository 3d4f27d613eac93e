// A request for authentication (RFC 4252 5 and 7), read from the packet's own bytes.
#ifndef ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_
#define ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_

#include <optional>
#include <string>
#include <string_view>

namespace ssh {

inline constexpr std::size_t kMaxUserName = 256;     // bytes
inline constexpr std::size_t kMaxPublicKey = 8'192;  // bytes of a blob: certificates are long
inline constexpr std::size_t kMaxSignature = 4'096;  // bytes

// A well-formed request by public key for the service "ssh-connection".
struct PublicKeyRequest {
  std::string user;
  std::string algorithm;
  std::string key;                       // public key blob
  std::optional<std::string> signature;  // absent: a probe
};

// `fields` is what follows the packet's type. nullopt for any other method or service, for a
// malformed packet, one over a bound, a user name with a NUL in it, or an algorithm (the request's
// or its signature's) that is not in `algorithms`, a comma-separated list.
std::optional<PublicKeyRequest> ParsePublicKeyRequest(std::string_view fields,
                                                      std::string_view algorithms);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_
