// PrivateSpace: walls a private run off from the other runs of its app: a pid namespace with its
// own first process, and a devpts. release::Launch makes the mount namespace of the command.
//
// It runs in the launcher. The order matters: Make first, then release::Launch, whose child is in
// the new namespace (pid_namespaces(7)). The end of `init` kills all processes of the namespace, so
// a private run leaves none behind.
#ifndef ONEOFF_GATEWAY_LAUNCHER_PRIVATE_SPACE_H_
#define ONEOFF_GATEWAY_LAUNCHER_PRIVATE_SPACE_H_

#include <optional>

#include "base/child.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace launcher {

struct PrivateSpace {
  base::UniqueFd devpts;  // fsmount(2)'s: not attached anywhere yet
  base::Child init;       // the namespace's first process; its death is that of all others there
  base::UniqueFd hold;    // run::Init's

  // From here on every child of this process is born in the new pid namespace, while the process
  // stays where it is. `init` becomes `user` and says in `lines` what it cannot do; it is ready.
  // Needs CAP_SYS_ADMIN and Linux 5.2.
  // A devpts has the group and the mode of the host's /dev/pts. Blocks until `init` is ready.
  // kSystem, kDenied: the kernel refuses a call; kUnavailable: `init` ended at once. Once `init`
  // has ended, this process cannot fork any more (pid_namespaces(7)).
  static base::Result<PrivateSpace> Make(const std::optional<base::Identity>& user, int lines,
                                         const base::Log& log);
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_PRIVATE_SPACE_H_
