// What run:explain says about a command: where, as whom, with which words and variables. It runs
// nothing, and shows no value.
#ifndef ONEOFF_RELEASE_EXPLAIN_H_
#define ONEOFF_RELEASE_EXPLAIN_H_

#include <string>

#include "release/process_spec.h"

namespace release {

// Several lines, each with a newline, safe to print. Which rule allows it is not here: authz says
// that.
std::string Explain(const ReleaseSnapshot& snapshot, const Plan& plan, const ProcessParts& parts);

}  // namespace release

#endif  // ONEOFF_RELEASE_EXPLAIN_H_
