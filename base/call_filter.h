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

//   const auto filter = base::CallFilter::Compile(
//       [](void* rules) { return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(read), 0); });
//   ... fork; in the child: prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); filter->Enforce();
class CallFilter {
 public:
  // `add_rules` gets a libseccomp filter (scmp_filter_ctx) that kills the process on any call, and
  // adds the allowed calls. It returns 0 or a negative errno. Fails with the Code of that errno,
  // and with kSystem if libseccomp or the kernel cannot make the program.
  static Result<CallFilter> Compile(const std::function<int(void* filter)>& add_rules);

  // Applies the filter to this process, for good. The process must have set PR_SET_NO_NEW_PRIVS:
  // without that and without CAP_SYS_ADMIN it is kDenied (seccomp(2), EACCES). Children inherit the
  // filter. A second filter can only take further calls away. Allocates memory only on failure.
  Result<void> Enforce() const;

 private:
  explicit CallFilter(std::vector<sock_filter> program) : program_(std::move(program)) {}

  std::vector<sock_filter> program_;
};

}  // namespace base

#endif  // ONEOFF_BASE_CALL_FILTER_H_
