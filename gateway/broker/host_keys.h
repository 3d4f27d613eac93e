// The host keys in ETC/host_keys: private keys in OpenSSH's format, NAME_key, each with its public
// half NAME_key.pub. Only the private files count, as in sshd(8): the broker tells the gateway
// which keys to offer, so a key without its private half is never offered.
//
// The broker loads them as root. Monitors get the loaded keys by fork; every other child drops its
// copy at once.
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

struct HostKeys {
  std::vector<authz::SigningKey> keys;  // at most one each of Ed25519, ECDSA and RSA
  std::vector<std::string> faults;      // one line each, which names the file
};

// Loads the keys of `etc`/host_keys. A fault costs only the key that it concerns: a file is not a
// key, other users can change it or read it, or it is the second key of its kind. A public half
// that is missing or another key's is a fault too, and costs nothing. A folder that other users can
// change costs all keys. Both lists are empty if no key was made yet.
// Each key proves itself: it signs a text, and its own public half verifies that. Files are at most
// 64 KiB, and the folder holds at most 128.
HostKeys LoadHostKeys(const std::string& etc);

// Says how to make a host key if there is none.
std::string SayHowToMakeAHostKey(const std::string& etc);

// Adds an error for each fault of LoadHostKeys. If no key was made yet, this is only a warning.
// Adds a warning for each file that belongs to no key pair. Adds nothing if this process is not
// root, because only root may read private keys.
void CheckHostKeys(const std::string& etc, config::Problems& problems);

// Whether to make an RSA key beside the Ed25519 key: clients in FIPS mode do not know Ed25519.
enum class BesideEd25519 { kNothing, kRsa };

// Makes missing keys in ETC/host_keys, each with its .pub file: ssh_host_ed25519_key if there is no
// key at all; ssh_host_rsa_key if `beside` asks for it and there is no other key than that one.
// Returns the names of the keys that it made.
// The private file has mode 0600 and is written after its public half. An RSA key has 3072 bits.
// Errors are those of the files and of OpenSSL; keys that were made by then stay.
base::Result<std::vector<std::string>> MakeMissingHostKeys(const std::string& etc,
                                                           BesideEd25519 beside);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_HOST_KEYS_H_
