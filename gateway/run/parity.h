// Parity: what differs between what a process was given and what a one-off would be given now.
#ifndef ONEOFF_GATEWAY_RUN_PARITY_H_
#define ONEOFF_GATEWAY_RUN_PARITY_H_

#include <string>
#include <vector>

#include "gateway/run/process_record.h"

namespace run {

struct Difference {
  std::string what;  // "release", "variable GREETING", "limit open files"
  std::string text;  // for a person; no value of a variable
};

// In the order release, directory, user, groups, umask, limits, namespaces, interpreters,
// variables. What the process's record does not tell (no interpreters, no variables) does not
// differ. The cgroup does not count: each run has a place of its own.
std::vector<Difference> Compare(const ProcessRecord& process, const ProcessRecord& oneoff);

// "release, GREETING": what differs, for one line; at most ten, then how many more.
std::string Summary(const std::vector<Difference>& differences);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PARITY_H_
