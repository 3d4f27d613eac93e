// `oneoff run --app`: a one-off in an app of this host's gateway, through its broker.
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

// Runs it to its end, with this process's streams as its own. What the process exits with.
int RunApp(const Shared& shared, const AppRequest& request);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RUN_APP_H_
