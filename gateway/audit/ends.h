// Finds the runs whose end is in the log already. The broker asks at start, for runs whose files
// are left.
#ifndef ONEOFF_GATEWAY_AUDIT_ENDS_H_
#define ONEOFF_GATEWAY_AUDIT_ENDS_H_

#include <set>
#include <string>

#include "base/result.h"

namespace audit {

// Returns those of `runs` that have a run.ended in the files of `directory` from the day `since`
// ("2026-03-01", UTC) on. Reads these files whole and does not check the chain (Verify does).
// Empty `runs` read nothing. An error of one file is an error of all, so that no run seems to lack
// an end because a file could not be read.
base::Result<std::set<std::string>> RunsWithAnEnd(const std::string& directory,
                                                  const std::set<std::string>& runs,
                                                  const std::string& since);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_ENDS_H_
