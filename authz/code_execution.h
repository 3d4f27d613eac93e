// Finds patterns that let a person run any code, although they do not look like it.
#ifndef ONEOFF_AUTHZ_CODE_EXECUTION_H_
#define ONEOFF_AUTHZ_CODE_EXECUTION_H_

#include <optional>
#include <string>

#include "config/pattern.h"

namespace authz {

// "runs any code: …", to print after the pattern's text; nullopt if no danger is known. This is a
// guard rail for the author of a policy: it knows the usual programs, not all programs.
std::optional<std::string> GrantsCodeExecution(const config::Pattern& pattern);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CODE_EXECUTION_H_
