// The executables' log on stderr: one line a message, with time, level and process.
#ifndef ONEOFF_GATEWAY_CLI_LOGGING_H_
#define ONEOFF_GATEWAY_CLI_LOGGING_H_

#include <string>

#include "base/log.h"

namespace cli {

// `name` names the process: "broker", "gateway".
base::Log LogTo(const std::string& name);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOGGING_H_
