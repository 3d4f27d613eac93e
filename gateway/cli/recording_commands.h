// The subcommands of `oneoff` for recordings.
#ifndef ONEOFF_GATEWAY_CLI_RECORDING_COMMANDS_H_
#define ONEOFF_GATEWAY_CLI_RECORDING_COMMANDS_H_

#include "gateway/cli/command.h"

namespace cli {

void AddRecordings(CLI::App& app, Shared& shared);
void AddReplay(CLI::App& app, Shared& shared);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RECORDING_COMMANDS_H_
