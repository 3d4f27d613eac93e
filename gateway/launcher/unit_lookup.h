// What systemd gives to a unit's processes, asked over the system bus.
#ifndef ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_
#define ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_

#include <string>

#include "release/env/unit_environment.h"

namespace launcher {

// A release::UnitLookup. Connects anew each time, and is done within 2 seconds: kUnavailable where
// nobody answers; kNotFound for a unit that systemd does not have; kInvalid for one that it could
// not load.
base::Result<release::UnitEnvironment> LookUpUnit(const std::string& unit);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_UNIT_LOOKUP_H_
