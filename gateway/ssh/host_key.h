// HostKey: a host key as the network process knows it: its public half. The private one is the
// monitor's.
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

// A line of a .pub file: "TYPE BASE64 [COMMENT]". kInvalid if it is none, or of a type that a host
// key cannot have here.
base::Result<HostKey> ParseHostKey(std::string_view line);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_HOST_KEY_H_
