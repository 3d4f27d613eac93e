// Launch: starts the command of a ProcessSpec. The only place where a command begins.
#ifndef ONEOFF_RELEASE_LAUNCH_H_
#define ONEOFF_RELEASE_LAUNCH_H_

#include "base/child.h"
#include "release/process_spec.h"
#include "release/refusal.h"

namespace release {

enum class Terminal { kNo, kControlling };

// The command's ends; they stay the caller's.
struct Stdio {
  int in = -1;
  int out = -1;
  int err = -1;
  Terminal terminal = Terminal::kNo;  // kControlling: `in` is a pty's slave, and becomes /dev/tty
};

// Forks and executes; returns when the command's program has taken over. The command leads a
// session and a process group of its own, has default signals and no descriptor but 0, 1 and 2.
//
// kNotFound and kCannotExecute as a shell; kUnusable if the release's directory is gone; kLost if
// the system would not fork, or would not let this process become the account.
Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAUNCH_H_
