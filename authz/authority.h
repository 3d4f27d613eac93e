// Authority: a key whose certificates let people in, and the conditions on them: one entry of
// "authorities" in policy.json (FORMAT.md).
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
    kPeople,  // the one principal that is a person's name says who it is
    kGroups,  // principals are the policy's groups, and the key id says who it is
  };

  PublicKey key;
  Principals principals = Principals::kPeople;
  // Certificates that count for longer are refused, at any time of theirs.
  std::optional<std::chrono::milliseconds> longest;
  // What it has signed and does not count any more.
  std::set<std::string> revoked_keys;  // fingerprints of certified keys
  std::set<std::string> revoked_ids;
  std::set<std::uint64_t> revoked_serials;

  // Why a certificate that this authority has signed does not count now; empty: it does.
  std::string Objection(const Certificate& certificate, base::WallTime now) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_AUTHORITY_H_
