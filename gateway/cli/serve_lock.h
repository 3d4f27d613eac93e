// The lock that says which process is `oneoff serve` of an installation. The kernel names its
// holder: no number in a file is believed.
#ifndef ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_
#define ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_

#include <sys/types.h>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"

namespace cli {

// Held until the descriptor is closed, not by children. kUnavailable if another process has it.
base::Result<base::UniqueFd> LockForServe(const config::Paths& paths);

// A pidfd of the process that holds it; kNotFound if none does.
base::Result<base::UniqueFd> FindServe(const config::Paths& paths);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_SERVE_LOCK_H_
