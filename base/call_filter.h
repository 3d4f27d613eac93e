// CallFilter: the system calls that a process may still make, as a seccomp program (seccomp(2)). It
// is compiled once and used by any number of child processes, because compiling costs more than all
// other confinement of a process.
#ifndef ONEOFF_BASE_CALL_FILTER_H_
#define ONEOFF_BASE_CALL_FILTER_H_

#include <linux/filter.h>

#include <functional>
#include <vector>

#include "base/result.h"

namespace base {

class CallFilter {
 public:
  // `add_rules` gets a libseccomp filter (scmp_filter_ctx) that kills the process on any call, and
  // adds the allowed calls. It returns 0 or a negative errno.
  static Result<CallFilter> Compile(const std::function<int(void* filter)>& add_rules);

  // Applies the filter to this process, for good. The process must have set PR_SET_NO_NEW_PRIVS.
  Result<void> Enforce() const;

 private:
  explicit CallFilter(std::vector<sock_filter> program) : program_(std::move(program)) {}

  std::vector<sock_filter> program_;
};

}  // namespace base

#endif  // ONEOFF_BASE_CALL_FILTER_H_
