// Authority: a key whose certificates are accepted, and the conditions on them: one entry of
// "authorities" in policy.json (authz/FORMAT.md). It has no private key and signs nothing.
#ifndef ONEOFF_AUTHZ_AUTHORITY_H_
#define ONEOFF_AUTHZ_AUTHORITY_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "authz/certificate.h"
#include "authz/public_key.h"
#include "base/clock.h"

namespace authz {

struct Authority {
  enum class Principals {
    kPeople,  // the one principal that is a person's name is the holder
    kGroups,  // principals are groups of the policy; the key id is the holder
  };

  PublicKey key;
  Principals principals = Principals::kPeople;
  // Longest accepted lifetime, from the certificate's first second to its last, in whole seconds
  // (1s to 100 years): a certificate with a longer one is refused at any time. Absent: any
  // lifetime.
  std::optional<std::chrono::milliseconds> longest;
  // Certificates of this authority that are no longer accepted.
  std::set<std::string> revoked_keys;       // "SHA256:…": fingerprints of certified keys
  std::set<std::string> revoked_ids;        // key ids, compared byte by byte
  std::set<std::uint64_t> revoked_serials;  // never 0: ssh-keygen's serial of certificates without

  // Why a certificate of this authority is not accepted now; empty: it is. A clause about "it", for
  // logs: "its key is revoked". Looks at the kind, the revocations, the time, the lifetime and
  // Certificate::fault; not at the signature, the source address and the principals.
  std::string Objection(const Certificate& certificate, base::WallTime now) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_AUTHORITY_H_
