// HostKey: the public half of a host key, which is all that the network process has. The monitor
// keeps the private half.
#ifndef ONEOFF_GATEWAY_SSH_HOST_KEY_H_
#define ONEOFF_GATEWAY_SSH_HOST_KEY_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace ssh {

struct HostKey {
  std::string type;  // "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"
  std::string blob;  // RFC 4253 6.6
};

// Parses a line of a .pub file: "TYPE BASE64 [COMMENT]". kInvalid if the line is malformed, or if
// its type is none of the host key types of this server.
base::Result<HostKey> ParseHostKey(std::string_view line);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_HOST_KEY_H_
