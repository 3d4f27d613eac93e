// Parses an authentication request (RFC 4252 5 and 7) from the bytes of its packet.
#ifndef ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_
#define ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_

#include <optional>
#include <string>
#include <string_view>

namespace ssh {

inline constexpr std::size_t kMaxUserName = 256;     // bytes
inline constexpr std::size_t kMaxPublicKey = 8'192;  // bytes of a blob: certificates are long
inline constexpr std::size_t kMaxSignature = 4'096;  // bytes

// A well-formed publickey request for the service "ssh-connection".
struct PublicKeyRequest {
  std::string user;
  std::string algorithm;
  std::string key;                       // public key blob
  std::optional<std::string> signature;  // absent: a probe
};

// Parses `fields`, the bytes after the packet's type. `algorithms` is a comma-separated list.
// nullopt for another method or service, a malformed packet, a field over its bound, a user name
// that contains NUL, or an algorithm (of the request or of its signature) that is not in
// `algorithms`.
std::optional<PublicKeyRequest> ParsePublicKeyRequest(std::string_view fields,
                                                      std::string_view algorithms);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_
