// The host keys of ETC/host_keys: private files in OpenSSH's format, each with its .pub beside it.
#ifndef ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
#define ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_

#include <string>
#include <vector>

#include "authz/signing_key.h"
#include "base/result.h"

namespace broker {

// Every key of the directory `etc`/host_keys. kNotFound, saying how to make one, if there is none;
// kDenied if a file is not root's alone.
base::Result<std::vector<authz::SigningKey>> LoadHostKeys(const std::string& etc);

enum class Made { kYes, kNo };

// Makes an Ed25519 key, ETC/host_keys/ssh_host_ed25519_key and .pub, if the directory has no key.
base::Result<Made> MakeMissingHostKey(const std::string& etc);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
