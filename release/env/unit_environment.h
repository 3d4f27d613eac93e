// What the service manager says of a unit's environment: a plain value. Who asks it is above this
// folder.
#ifndef ONEOFF_RELEASE_ENV_UNIT_ENVIRONMENT_H_
#define ONEOFF_RELEASE_ENV_UNIT_ENVIRONMENT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace release {

struct UnitEnvironment {
  struct File {
    std::string path;  // absolute; its last part may be a pattern
    bool optional = false;
  };
  std::vector<std::string> passed;       // PassEnvironment=, as NAME=value
  std::vector<std::string> environment;  // Environment=, as NAME=value
  std::vector<File> files;               // EnvironmentFile=, in order
  std::vector<std::string> unset;        // UnsetEnvironment=: NAME, or NAME=value
  std::optional<unsigned> umask;         // UMask=
  std::vector<std::string> warnings;
};

// Blocks for 2 seconds at most. The error says what is wrong with the unit, or with the manager.
using UnitLookup = std::function<base::Result<UnitEnvironment>(const std::string& unit)>;

// A service's name in full, such as "shop-web.service" or "oneoff-app@shop:web.service".
bool IsServiceName(std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_UNIT_ENVIRONMENT_H_
