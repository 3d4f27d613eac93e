// Authority: a key whose certificates are accepted, and the conditions on them: one entry of
// "authorities" in policy.json (authz/FORMAT.md).
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
  // Longest accepted lifetime: a certificate with a longer one is refused at any time.
  std::optional<std::chrono::milliseconds> longest;
  // Certificates of this authority that are no longer accepted.
  std::set<std::string> revoked_keys;  // fingerprints of certified keys
  std::set<std::string> revoked_ids;
  std::set<std::uint64_t> revoked_serials;

  // Why a certificate of this authority is not accepted now; empty: it is.
  std::string Objection(const Certificate& certificate, base::WallTime now) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_AUTHORITY_H_
