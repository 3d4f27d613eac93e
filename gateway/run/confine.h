// What the broker's children may do once they meet what others wrote: a user of their own, no
// privileges, and the system calls of their role.
#ifndef ONEOFF_GATEWAY_RUN_CONFINE_H_
#define ONEOFF_GATEWAY_RUN_CONFINE_H_

#include <sys/types.h>

#include "base/result.h"

namespace run {

struct SystemUser {
  uid_t uid;
  gid_t gid;
};

enum class Role {
  kSupervisor,  // ends processes (CAP_KILL), moves bytes, writes in its run's folder
  kWatcher,     // reads a recording, passes its bytes on
  kArchivist,   // reads, compresses and removes recordings
  kMonitor,     // signs, verifies, passes messages on; opens no file, starts nothing
};

// Compiles the filters, in the process whose children will confine themselves: each that does not
// find them does it for itself.
void PrepareFilters();

// For a process of root: becomes `user` with no group beside it and no capability but its role's.
// For any other process, and after that for root's too: no new privileges, nobody looks into it,
// and a seccomp filter kills it on any call that its role does not make. Irrevocable. Sanitizer
// builds have no filter: their run time needs more.
base::Result<void> Confine(Role role, const SystemUser& user);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_CONFINE_H_
