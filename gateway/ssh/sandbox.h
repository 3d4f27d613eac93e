// Sandbox: what the network processes give up before they read a stranger's first byte.
#ifndef ONEOFF_GATEWAY_SSH_SANDBOX_H_
#define ONEOFF_GATEWAY_SSH_SANDBOX_H_

#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ssh {

// Becomes `user` and `group` alone, for good, if this process is root; gives up gaining privileges
// and being looked into in any case. For the gateway, once it listens.
base::Result<void> DropPrivileges(uid_t user, gid_t group);

// The descriptors that a session keeps: everything else is closed.
struct SessionDescriptors {
  base::UniqueFd socket;
  base::UniqueFd monitor;
};

// Closes every descriptor but `kept` and standard error; standard input and output become `null`
// (/dev/null). The numbers of `kept` may change.
base::Result<void> CloseAllBut(SessionDescriptors& kept, int null);

// Compiles the filter of system calls, in the process whose children will confine themselves: one
// that does not find it does it for itself.
void PrepareFilter();

// For a session: no core, no child, no file that grows, few descriptors; and of the system calls
// only those that libssh, the loop and the channels make: any other kills the process. It opens no
// file and starts nothing from here on.
base::Result<void> ConfineSession();

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SANDBOX_H_
