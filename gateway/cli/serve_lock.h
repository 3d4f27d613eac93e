// The lock that names the `oneoff serve` process of an installation. The kernel names the holder; a
// pid in a file could be stale.
//
// It is a lock of the process (F_SETLK, fcntl(2)), not of the open file: children do not inherit
// it, and F_GETLK names its holder. The process must not open and close that file again, which
// would unlock it.
#ifndef ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_
#define ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_

#include <sys/types.h>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"

namespace cli {

// Locks until the descriptor is closed; children do not hold the lock. kUnavailable if another
// process has it.
base::Result<base::UniqueFd> LockForServe(const config::Paths& paths);

// Returns a pidfd of the holder, which the caller owns. kNotFound if there is none.
// It asks again after pidfd_open(2), so the pidfd is that of the holder.
base::Result<base::UniqueFd> FindServe(const config::Paths& paths);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_
