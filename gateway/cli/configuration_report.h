// How `oneoff` tells what is wrong with the configuration.
#ifndef ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
#define ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_

#include "config/problem.h"

namespace cli {

// On stderr: each problem with its line and a caret, then how many there are.
void PrintProblems(const config::Problems& problems);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
