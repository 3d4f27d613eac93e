// Waiting for a command that shares this process's terminal and process group.
#ifndef ONEOFF_GATEWAY_CLI_FOREGROUND_H_
#define ONEOFF_GATEWAY_CLI_FOREGROUND_H_

#include "release/process_spec.h"
#include "release/refusal.h"

namespace cli {

// Starts it and waits for its end. What the terminal sends (Ctrl-C, Ctrl-Z, a new size) reaches the
// command by itself; what is sent to this process alone (TERM, HUP, ...) is passed on. Returns its
// status, 128+N if signal N ended it.
release::Outcome<int> RunInForeground(const release::LocalProcessSpec& spec);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_FOREGROUND_H_
