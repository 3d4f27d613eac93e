// The host keys in ETC/host_keys: private keys in OpenSSH's format, NAME_key, each with its public
// half NAME_key.pub. The gateway offers the keys of the .pub files and a monitor signs with the
// private ones, so each pair must match: otherwise every login fails.
#ifndef ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
#define ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

#include "authz/signing_key.h"
#include "base/result.h"
#include "config/problem.h"

namespace broker {

// Whether `name` is the file name of a private host key: it ends in "_key" and has no dot.
bool IsHostKeyName(std::string_view name);

// Loads every key of `etc`/host_keys. kNotFound, with a message that says how to make one, if there
// is no key; kDenied if users other than root can change a file or folder, or read a private key;
// kInvalid if a file is not a key, or its public half is missing or of another key.
base::Result<std::vector<authz::SigningKey>> LoadHostKeys(const std::string& etc);

// Adds the error of LoadHostKeys. A missing key is only a warning, which says how to make one. Adds
// a warning for each file that belongs to no key pair. Adds nothing if this process is not root,
// because only root may read private keys.
void CheckHostKeys(const std::string& etc, config::Problems& problems);

// Whether to make an RSA key beside the Ed25519 key: clients in FIPS mode do not know Ed25519.
enum class BesideEd25519 { kNothing, kRsa };

// Makes missing keys in ETC/host_keys, each with its .pub file: ssh_host_ed25519_key if there is no
// key at all; ssh_host_rsa_key if `beside` asks for it and there is no other key than that one.
// Returns the names of the keys that it made.
base::Result<std::vector<std::string>> MakeMissingHostKeys(const std::string& etc,
                                                           BesideEd25519 beside);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
