// Launch: starts the command of a ProcessSpec. The only place where a command begins.
#ifndef ONEOFF_RELEASE_LAUNCH_H_
#define ONEOFF_RELEASE_LAUNCH_H_

#include "base/child.h"
#include "release/exec.h"
#include "release/process_spec.h"
#include "release/refusal.h"

namespace release {

// Forks and executes; returns when the command's program has taken over. The command leads a
// session and a process group of its own, has default signals and no descriptor but 0, 1 and 2.
//
// kNotFound and kCannotExecute as a shell; kUnusable if the release's directory is gone; kLost if
// the system would not fork, or would not let this process become the account.
Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio);

// The same in this process's own session and process group, on its 0, 1 and 2: whoever sits at
// its terminal sits at the command's.
Outcome<base::Child> LaunchInForeground(const LocalProcessSpec& spec);

// This process becomes the command: same pid, same session, its 0, 1 and 2, and `inherited`
// descriptors from 3 on. Returns only if it cannot; it may have lost its privileges by then.
Refusal Become(const LocalProcessSpec& spec, int inherited);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAUNCH_H_
