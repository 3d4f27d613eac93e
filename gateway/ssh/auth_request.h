// Parses an authentication request (RFC 4252 5 and 7) from the bytes of its packet.
// A pure function: no libssh, no descriptor, no state. Only publickey is served; "none",
// "password", "keyboard-interactive" and GSSAPI requests give nullopt, and PacketFilter answers
// them with SSH_MSG_USERAUTH_FAILURE.
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
  // Bytes as the client sent them: it may be empty, and it need not be UTF-8.
  std::string user;
  // Of the request, one of `algorithms`. A certificate's name ends in -cert-v01@openssh.com. The
  // signature's own algorithm may differ from it, but is in the list too.
  std::string algorithm;
  std::string key;                       // public key blob
  std::optional<std::string> signature;  // absent: a probe
};

// Parses `fields`, the bytes after the packet's type. `algorithms` is a comma-separated list.
// nullopt for another method or service, a malformed packet, a field over its bound, a user name
// that contains NUL, or an algorithm (of the request or of its signature) that is not in
// `algorithms`.
//
// Neither the key nor the signature is decoded or verified here, beyond the algorithm's name that a
// signature blob begins with (RFC 4253 6.6). Bytes after the last field make a packet malformed.
std::optional<PublicKeyRequest> ParsePublicKeyRequest(std::string_view fields,
                                                      std::string_view algorithms);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_AUTH_REQUEST_H_
