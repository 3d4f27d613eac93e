// What a policy's patterns matched before wildcards were held to folders, and match no longer: for
// `oneoff policy check`, so that an operator sees what an upgrade has taken away.
#ifndef ONEOFF_AUTHZ_MATCHING_CHANGES_H_
#define ONEOFF_AUTHZ_MATCHING_CHANGES_H_

#include <string>
#include <vector>

#include "authz/policy.h"

namespace authz {

// One line for each pattern of a rule that allows, with example commands that it matches no longer.
std::vector<std::string> MatchingChanges(const Policy& policy);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_MATCHING_CHANGES_H_
