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

// Whether an RSA key is made beside the Ed25519 key: clients in FIPS mode know no other.
enum class BesideEd25519 { kNothing, kRsa };

// Makes, in ETC/host_keys, each with its .pub: ssh_host_ed25519_key, if there is no key at all;
// ssh_host_rsa_key, if it is wanted and there is none but that one. The names of those that were
// made.
base::Result<std::vector<std::string>> MakeMissingHostKeys(const std::string& etc,
                                                           BesideEd25519 beside);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
