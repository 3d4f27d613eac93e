// Commands that a policy's patterns matched before wildcards were confined to folders, and no
// longer match. `oneoff policy check` shows the operator what an upgrade has taken away.
#ifndef ONEOFF_AUTHZ_MATCHING_CHANGES_H_
#define ONEOFF_AUTHZ_MATCHING_CHANGES_H_

#include <string>
#include <vector>

#include "authz/policy.h"

namespace authz {

// One line for each pattern of an allowing rule that lost commands, with examples: "FILE:LINE:
// 'RULE': "PATTERN" no longer matches: …". Safe to print but for the file's name. It tries a few
// texts in place of each wildcard, so a pattern that is not listed may have lost other commands.
std::vector<std::string> MatchingChanges(const Policy& policy);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_MATCHING_CHANGES_H_
