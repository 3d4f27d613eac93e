// Parity: the differences between what a process got at its start and what a run would get now.
//
// Pure functions. They serve `oneoff parity`, the line at the start of a terminal session,
// run:explain and the audit log. Texts are escaped; a variable's value is in none of them.
#ifndef ONEOFF_GATEWAY_RUN_PARITY_H_
#define ONEOFF_GATEWAY_RUN_PARITY_H_

#include <string>
#include <vector>

#include "gateway/run/process_record.h"

namespace run {

struct Difference {
  // For a list ("limit", "namespace", "interpreter", "variable") the kind and the name.
  std::string what;  // "release", "variable GREETING", "limit open files"
  std::string text;  // for a person; without the value of a variable
};

// Returns the differences in the order release, directory, user, groups, umask, limits, namespaces,
// interpreters, variables. A field that the process's record does not have (interpreters,
// variables) is no difference. The cgroup does not count, because each run has a cgroup of its own.
// `process` is the app's own process, `oneoff` what a run would get. A `process` without a release,
// as Observed gives it, has no difference in the release.
std::vector<Difference> Compare(const ProcessRecord& process, const ProcessRecord& oneoff);

// One line for a person, such as "release, GREETING": the first ten differences and the number of
// the rest.
// Without the word "variable". Empty if there are none.
std::string Summary(const std::vector<Difference>& differences);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PARITY_H_
