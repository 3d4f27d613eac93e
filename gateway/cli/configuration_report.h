// How `oneoff` tells what is wrong with the configuration.
#ifndef ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
#define ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_

#include <string>

#include "config/paths.h"
#include "config/problem.h"
#include "gateway/installation/configuration.h"

namespace cli {

// Adds a warning for each account of "unix_users" that this host does not have, and an error for
// each that an app's commands run as. Asks the system's databases, which may take its time.
void CheckAccounts(const installation::Configuration& configuration, config::Problems& problems);

// Adds a warning for the gateway's user, and for each app's user and root, that this host does not
// have, and what is wrong with the host keys.
void CheckHost(const config::Paths& paths, const installation::Configuration& configuration,
               config::Problems& problems);

// Adds a warning for each line of an app's .env that another dialect reads otherwise: read as the
// app's user. Nothing of an app that cannot be read.
void CheckDialects(const installation::Configuration& configuration, config::Problems& problems);

// Whether there is an installation; if not, stderr says how one is named.
bool IsInstalled(const config::Paths& paths);

// What the service works by while the files have errors: "the last good configuration (DIGEST, kept
// 2026-03-01T09:30:00Z)", or that there is none. Asks the store, which root alone may read.
std::string SayLastGood(const config::Paths& paths);

// On stderr: each problem with its line and a caret, then how many there are.
void PrintProblems(const config::Problems& problems);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_CONFIGURATION_REPORT_H_
