// `oneoff apps`: lists the gateway's apps, and adds one.
#ifndef ONEOFF_GATEWAY_CLI_APPS_COMMAND_H_
#define ONEOFF_GATEWAY_CLI_APPS_COMMAND_H_

#include "gateway/cli/command.h"

namespace cli {

void AddApps(CLI::App& app, Shared& shared);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_APPS_COMMAND_H_
