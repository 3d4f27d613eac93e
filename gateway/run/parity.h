// Parity: the differences between what a process got at its start and what a run would get now.
#ifndef ONEOFF_GATEWAY_RUN_PARITY_H_
#define ONEOFF_GATEWAY_RUN_PARITY_H_

#include <string>
#include <vector>

#include "gateway/run/process_record.h"

namespace run {

struct Difference {
  std::string what;  // "release", "variable GREETING", "limit open files"
  std::string text;  // for a person; without the value of a variable
};

// Returns the differences in the order release, directory, user, groups, umask, limits, namespaces,
// interpreters, variables. A field that the process's record does not have (interpreters,
// variables) is no difference. The cgroup does not count, because each run has a cgroup of its own.
std::vector<Difference> Compare(const ProcessRecord& process, const ProcessRecord& oneoff);

// One line for a person, such as "release, GREETING": the first ten differences and the number of
// the rest.
std::string Summary(const std::vector<Difference>& differences);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PARITY_H_
