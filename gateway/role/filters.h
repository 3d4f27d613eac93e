// The filters of system calls: each kills the process on any call that its role does not make.
#ifndef ONEOFF_GATEWAY_ROLE_FILTERS_H_
#define ONEOFF_GATEWAY_ROLE_FILTERS_H_

#include "base/result.h"
#include "gateway/role/role.h"

namespace role {

// In force from here on, for good. The process has given up gaining privileges. Of sanitizer
// builds, whose run time needs more, only kSession has a filter, and one that allows more.
base::Result<void> EnforceFilter(Calls calls);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_FILTERS_H_
