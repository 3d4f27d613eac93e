// AskAs: has something looked up as another user, in a short-lived process: what that user finds,
// and not what root does. The answer comes over a pipe; a process that is stopped, or goes on for
// ever, is ended when its time is over.
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
  const Role& role;                    // of kApps
  base::Identity user;                 // of its process; without root it has to be this one
  std::chrono::milliseconds deadline;  // also what it may use of the processor
  std::size_t most;                    // bytes of the answer
  std::vector<int> keep = {};          // descriptors that its process keeps
  // What only this process's own user can find out; runs before the change of user.
  std::function<void()> first = {};
};

// What `ask` answers. kDenied: this process cannot become that user; kUnavailable: no answer within
// the deadline, or the process ended without one; kTooLarge.
base::Result<std::string> AskAs(const Question& question, const std::function<std::string()>& ask);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_ASK_AS_H_
