// What a supervisor may do once the command runs: end processes, move bytes, write in its run's
// folder.
#ifndef ONEOFF_GATEWAY_RUN_CONFINE_H_
#define ONEOFF_GATEWAY_RUN_CONFINE_H_

#include <sys/types.h>

#include "base/result.h"

namespace run {

// For a process of root: becomes `uid` and `gid` with no group beside it and no capability but
// CAP_KILL. For any other process, and after that for root's too: no new privileges, and a seccomp
// filter that kills on any call that a supervisor does not make. Irrevocable. Sanitizer builds have
// no filter: their run time needs more.
base::Result<void> Confine(uid_t uid, gid_t gid);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_CONFINE_H_
