// Which runs the log already tells the end of: asked when a broker begins, for runs whose folders
// were left.
#ifndef ONEOFF_GATEWAY_AUDIT_ENDS_H_
#define ONEOFF_GATEWAY_AUDIT_ENDS_H_

#include <set>
#include <string>

#include "base/result.h"

namespace audit {

// Those of `runs` that have a run.ended in the files of `directory` from the day `since`
// ("2026-03-01", UTC) on. Reads them whole, a line at a time; the chain is not checked (Verify).
base::Result<std::set<std::string>> RunsWithAnEnd(const std::string& directory,
                                                  const std::set<std::string>& runs,
                                                  const std::string& since);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_ENDS_H_
