// CallFilter: which system calls a process may still make: a seccomp program that is compiled once,
// and then put in force by as many children as there are. (To compile it costs more than all else
// that confines a process.)
#ifndef ONEOFF_BASE_CALL_FILTER_H_
#define ONEOFF_BASE_CALL_FILTER_H_

#include <linux/filter.h>

#include <functional>
#include <vector>

#include "base/result.h"

namespace base {

class CallFilter {
 public:
  // `add_rules` gets a libseccomp filter that kills the process on any call, and adds what is
  // allowed; it returns 0, or a negative errno.
  static Result<CallFilter> Compile(const std::function<int(void* filter)>& add_rules);

  // From here on, for good. The process has given up gaining privileges (PR_SET_NO_NEW_PRIVS).
  Result<void> Enforce() const;

 private:
  explicit CallFilter(std::vector<sock_filter> program) : program_(std::move(program)) {}

  std::vector<sock_filter> program_;
};

}  // namespace base

#endif  // ONEOFF_BASE_CALL_FILTER_H_
