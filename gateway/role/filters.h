// System-call filters (seccomp(2)). A filter kills the process on any call that its role does not
// make.
#ifndef ONEOFF_GATEWAY_ROLE_FILTERS_H_
#define ONEOFF_GATEWAY_ROLE_FILTERS_H_

#include "base/result.h"
#include "gateway/role/role.h"

namespace role {

// Puts the filter in force for good. The process has no_new_privs set. Sanitizer builds, whose run
// time needs more calls, have only the filter of kSession, and it allows more.
base::Result<void> EnforceFilter(Calls calls);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_FILTERS_H_
