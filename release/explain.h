// The text of run:explain about a command: directory, user, words and variables. It runs nothing
// and shows no value of a variable.
#ifndef ONEOFF_RELEASE_EXPLAIN_H_
#define ONEOFF_RELEASE_EXPLAIN_H_

#include <string>

#include "release/process_spec.h"

namespace release {

// Several lines, each with its newline, safe to print. They do not name the rule that allows the
// command: authz::RenderExplanation does. `plan` and `parts` are those of `snapshot`. Warnings of
// the snapshot come last, each in a line "warning:".
std::string Explain(const ReleaseSnapshot& snapshot, const Plan& plan, const ProcessParts& parts);

}  // namespace release

#endif  // ONEOFF_RELEASE_EXPLAIN_H_
