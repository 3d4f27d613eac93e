// The executables' log on stderr: one line a message, with time, level and process.
#ifndef ONEOFF_GATEWAY_CLI_LOGGING_H_
#define ONEOFF_GATEWAY_CLI_LOGGING_H_

#include <string>

#include "base/log.h"

namespace cli {

// `name` names the process: "broker", "gateway".
// Times are UTC. It may be called before a fork; each process then writes by itself. The text is
// written as it is: callers escape what strangers sent.
base::Log LogTo(const std::string& name);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOGGING_H_
