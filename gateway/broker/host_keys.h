// The host keys of ETC/host_keys: private files in OpenSSH's format, named NAME_key, each with its
// public half beside it as NAME_key.pub. The gateway offers what the .pub files hold, and a monitor
// signs with the private ones: where the two differ, every login would fail.
#ifndef ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
#define ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

#include "authz/signing_key.h"
#include "base/result.h"
#include "config/problem.h"

namespace broker {

// Whether a file of this name is a private host key: it ends in "_key" and holds no dot.
bool IsHostKeyName(std::string_view name);

// Every key of the directory `etc`/host_keys. kNotFound, saying how to make one, if there is none;
// kDenied if a file or a folder can be changed by others than root, or a private one be read;
// kInvalid if a key is none, or its public half is missing or another key's.
base::Result<std::vector<authz::SigningKey>> LoadHostKeys(const std::string& etc);

// Adds an error if LoadHostKeys has one, but a warning, saying how one is made, if there is no key
// at all; and a warning for each file that is neither half of a key. Without root, which alone may
// read them, nothing is added.
void CheckHostKeys(const std::string& etc, config::Problems& problems);

// Whether an RSA key is made beside the Ed25519 key: clients in FIPS mode know no other.
enum class BesideEd25519 { kNothing, kRsa };

// Makes, in ETC/host_keys, each with its .pub: ssh_host_ed25519_key, if there is no key at all;
// ssh_host_rsa_key, if it is wanted and there is none but that one. The names of those that were
// made.
base::Result<std::vector<std::string>> MakeMissingHostKeys(const std::string& etc,
                                                           BesideEd25519 beside);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
