// The service manager's answer about a unit's environment, as a plain value. The query itself is in
// gateway/.
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
    std::string path;       // absolute; the last part may be a pattern
    bool optional = false;  // written with '-' in front: may be missing or broken
  };
  std::vector<std::string> passed;       // PassEnvironment=, as NAME=value
  std::vector<std::string> environment;  // Environment=, as NAME=value
  std::vector<File> files;               // EnvironmentFile=, in order
  std::vector<std::string> unset;        // UnsetEnvironment=: NAME, or NAME=value
  std::optional<unsigned> umask;         // UMask=
  std::vector<std::string> warnings;
};

// `unit` is an IsServiceName(). Blocks for at most 2 seconds. The error says what is wrong with the
// unit or the manager. Tests pass their own.
using UnitLookup = std::function<base::Result<UnitEnvironment>(const std::string& unit)>;

// The full name of a service, such as "shop-web.service" or "oneoff-app@shop:web.service"
// (systemd.unit(5)): at most 255 bytes, [A-Za-z0-9_:.@\-], not beginning with '@' or '.'.
bool IsServiceName(std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_UNIT_ENVIRONMENT_H_
