// Which patterns let a person run any code at all, though they do not look like it.
#ifndef ONEOFF_AUTHZ_CODE_EXECUTION_H_
#define ONEOFF_AUTHZ_CODE_EXECUTION_H_

#include <optional>
#include <string>

#include "config/pattern.h"

namespace authz {

// "runs any code: …", to stand behind the pattern's text; nullopt if nothing is known against it. A
// guard rail for whoever writes a policy: it knows the usual programs, not all of them.
std::optional<std::string> GrantsCodeExecution(const config::Pattern& pattern);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CODE_EXECUTION_H_
