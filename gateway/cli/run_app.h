// `oneoff run --app`: runs a one-off in an app of this host's gateway, through its broker.
#ifndef ONEOFF_GATEWAY_CLI_RUN_APP_H_
#define ONEOFF_GATEWAY_CLI_RUN_APP_H_

#include <string>
#include <vector>

#include "gateway/cli/command.h"

namespace cli {

struct AppRequest {
  std::string target;              // "shop", "shop+v41"
  std::vector<std::string> words;  // as the caller's shell split them
  std::vector<std::string> env;    // "NAME": the caller's own; "NAME=VALUE"
  enum class Terminal { kIfThereIsOne, kAlways, kNever } terminal = Terminal::kIfThereIsOne;
};

// Runs the one-off to its end on this process's streams. Returns the exit status.
// Blocks for the run's life. It opens /dev/null for each of descriptors 0 to 2 that the caller has
// closed. 69: no broker answers; 70: the request or the run was lost; 64: the request is too long;
// else the run's or the refusal's status.
int RunApp(const Shared& shared, const AppRequest& request);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RUN_APP_H_
