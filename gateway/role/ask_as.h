// AskAs: lets a short-lived process look something up as another user, so that it finds what that
// user finds and not what root finds. The answer comes over a pipe. A process that is stopped or
// does not end is killed at the deadline.
#ifndef ONEOFF_GATEWAY_ROLE_ASK_AS_H_
#define ONEOFF_GATEWAY_ROLE_ASK_AS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/identity.h"
#include "base/result.h"
#include "gateway/role/role.h"

namespace role {

struct Question {
  const Role& role;                    // one whose user is kApps
  base::Identity user;                 // the process's user; without root, the caller's own
  std::chrono::milliseconds deadline;  // also its bound on CPU time
  std::size_t most;                    // the bound on the answer, in bytes
  std::vector<int> keep = {};          // descriptors that the process keeps
  // Work that needs the caller's privileges. The new process runs it before it changes its user.
  std::function<void()> first = {};
};

// Returns what `ask` returns. Blocks until the process has ended, for `deadline` at most. kDenied
// if this process cannot become that user. kUnavailable if there is no answer within the deadline,
// or the process fails. kTooLarge if the answer exceeds `most`. kSystem if there is no pipe or no
// process.
base::Result<std::string> AskAs(const Question& question, const std::function<std::string()>& ask);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_ASK_AS_H_
