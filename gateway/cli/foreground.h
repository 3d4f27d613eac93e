// Runs a command that shares this process's terminal and process group.
#ifndef ONEOFF_GATEWAY_CLI_FOREGROUND_H_
#define ONEOFF_GATEWAY_CLI_FOREGROUND_H_

#include "release/process_spec.h"
#include "release/refusal.h"

namespace cli {

// Starts the command and blocks until it ends. Signals from the terminal (Ctrl-C, Ctrl-Z, a new
// size) reach the command directly; this process passes on signals that it gets alone (TERM, HUP,
// ...). Returns the command's status, or 128+N if signal N ended it.
// kLost if signals cannot be passed on, and nothing is started, or if the process cannot be waited
// for; else the refusals of release::LaunchInForeground. The signals are blocked here meanwhile;
// the mask is restored afterwards.
release::Outcome<int> RunInForeground(const release::LocalProcessSpec& spec);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_FOREGROUND_H_
