// `ssh oneoff@host attach|detach|stop|wait|logs RUN`: what a person does to an existing run, their
// own or, where the policy's `over_runs` allows it, another person's.
//
// The audit log has each act durably before it is done. A person who attaches can type anything
// into the run, so the policy decides anew, on the run's own command, release and app.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RUN_COMMANDS_H_
#define ONEOFF_GATEWAY_LAUNCHER_RUN_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/launcher/asked.h"

namespace launcher {

bool IsRunCommand(std::string_view word);

// Serves `words`, whose first word IsRunCommand. Blocks for as long as a log or a wait lasts.
// Returns the exit status of the launcher's process.
int ServeRunCommand(Asked& asked, const std::vector<std::string>& words);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_COMMANDS_H_
