// Finds patterns that let a person run any code, although they do not look like it.
#ifndef ONEOFF_AUTHZ_CODE_EXECUTION_H_
#define ONEOFF_AUTHZ_CODE_EXECUTION_H_

#include <optional>
#include <string>

#include "config/pattern.h"

namespace authz {

// "runs any code: …", to print after the pattern's text; nullopt if no danger is known. This is a
// guard rail for the author of a policy: it knows the usual programs, not all programs. Decide()
// does not ask it. It sees interpreters without a named script, frameworks' subcommands that take
// code, programs that start others, programs with a shell escape, and all of these behind a starter
// (config/starters.h).
std::optional<std::string> GrantsCodeExecution(const config::Pattern& pattern);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_CODE_EXECUTION_H_
