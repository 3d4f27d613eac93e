// Launch: starts the command of a ProcessSpec. No other code starts a person's command.
#ifndef ONEOFF_RELEASE_LAUNCH_H_
#define ONEOFF_RELEASE_LAUNCH_H_

#include "base/child.h"
#include "release/exec.h"
#include "release/process_spec.h"
#include "release/refusal.h"

namespace release {

// Forks and executes. Returns after the child has executed the command's program. The command leads
// its own session and process group, has default signals and only the descriptors 0, 1 and 2.
//
// `devpts`: of a private run, the devpts (fsmount(2)) that becomes its /dev/pts; it stays the
// caller's, who has made the command's pid namespace (unshare(2), CLONE_NEWPID) and the first
// process there. -1: the run is not private.
//
// kNotFound and kCannotExecute as a shell; kUnusable if the release's directory is gone; kLost if
// the fork failed, if this process may not become the account or give a private run its mounts, if
// the descriptors, the terminal or the limit of open files cannot be set, or if `devpts` is not
// what the spec asks for. On failure the child is reaped. The caller keeps the descriptors of
// `stdio`.
Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio, int devpts = -1);

// The same in this process's own session and process group, on its descriptors 0, 1 and 2: the
// command shares this process's terminal. ^C reaches both: a caller that is to outlive the command
// ignores SIGINT and SIGQUIT while it waits.
Outcome<base::Child> LaunchInForeground(const LocalProcessSpec& spec);

// Turns this process into the command. It keeps its pid, session, descriptors 0, 1 and 2, and
// `inherited` descriptors from 3 on. Returns only on failure; the process may have lost its
// privileges by then.
Refusal Become(const LocalProcessSpec& spec, int inherited);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAUNCH_H_
