// Asks systemd, over the system bus, for the environment of a unit's processes.
#ifndef ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_
#define ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_

#include <string>

#include "release/env/unit_environment.h"

namespace launcher {

// A release::UnitLookup. Makes a new connection each time and returns within 2 seconds.
// kUnavailable if systemd does not answer; kNotFound if systemd has no such unit; kInvalid if
// systemd cannot load the unit.
// It reads Environment=, EnvironmentFiles= (the names only), PassEnvironment= with the manager's
// values, UnsetEnvironment= and UMask= (systemd.exec(5)). systemd loads a unit that does not run.
// Files that changed since systemd read them give a warning.
base::Result<release::UnitEnvironment> LookUpUnit(const std::string& unit);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_
