// HostKey: the public half of a host key, which is all that the network process has. The monitor
// keeps the private half.
#ifndef ONEOFF_GATEWAY_SSH_HOST_KEY_H_
#define ONEOFF_GATEWAY_SSH_HOST_KEY_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace ssh {

struct HostKey {
  // One of "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" and
  // "ssh-rsa". An RSA key signs with rsa-sha2-512 or rsa-sha2-256 (RFC 8332), never with SHA-1.
  std::string type;
  std::string blob;  // RFC 4253 6.6
};

// Parses a line of a .pub file: "TYPE BASE64 [COMMENT]". kInvalid if the line is malformed, or if
// its type is none of the host key types of this server.
// The words are separated by one space. The base64 must decode to a blob that begins with the same
// type; the rest of the blob is not checked. The message follows a file's name: "is damaged: ...".
base::Result<HostKey> ParseHostKey(std::string_view line);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_HOST_KEY_H_
