// Checks of the configuration against this host, and how `oneoff` prints its problems.
#ifndef ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
#define ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_

#include <string>

#include "config/paths.h"
#include "config/problem.h"
#include "gateway/installation/configuration.h"

namespace cli {

// Adds a warning for each account of "unix_users" that this host lacks, and an error for each that
// an app's commands run as. It asks the system's databases, which may block.
// getpwnam(3) does; the network may be behind it (nsswitch.conf(5)).
void CheckAccounts(const installation::Configuration& configuration, config::Problems& problems);

// Adds a warning for each of these that this host lacks: the gateway's user, each app's user, shell
// and root. Reports problems of the host keys.
void CheckHost(const config::Paths& paths, const installation::Configuration& configuration,
               config::Problems& problems);

// Adds a warning for each line of an app's .env that another dialect reads differently. It reads as
// the app's user, and skips apps that it cannot read.
void CheckDialects(const installation::Configuration& configuration, config::Problems& problems);

// Whether there is an installation. If not, prints on stderr how to name one.
// An installation has its etc folder; one that this user may not read counts.
bool IsInstalled(const config::Paths& paths);

// Says which configuration the service uses while the files have errors: the last good one, or that
// there is none. It reads the store, which only root may read.
std::string SayLastGood(const config::Paths& paths);

// Says why the service could not fall back on a last good configuration. Empty if it could, or if
// it has not kept one yet. Only root may read the store.
std::string WhyNoLastGood(const config::Paths& paths);

// Prints on stderr each problem with its line and a caret, then the number of problems.
void PrintProblems(const config::Problems& problems);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
