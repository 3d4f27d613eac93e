// Target: what the SSH user name requests: "shop", "shop+v41", or the gateway itself, "oneoff".
#ifndef ONEOFF_RELEASE_LAYOUT_TARGET_H_
#define ONEOFF_RELEASE_LAYOUT_TARGET_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace release {

// The user name for the gateway itself. No app may have this name.
inline constexpr std::string_view kServiceName = "oneoff";

struct Target {
  std::string app;  // kServiceName for the gateway itself
  // As typed after the '+', an IsReleaseName(); "current" without one; empty for the gateway
  // itself.
  std::string release;

  bool service() const { return app == kServiceName; }
};

// [a-z][a-z0-9-]{0,31}, and not kServiceName.
bool IsAppName(std::string_view name);
// [A-Za-z0-9][A-Za-z0-9._-]{0,63}: a name that a person may type for a release.
bool IsReleaseName(std::string_view name);
// Whether a release may have this id: a release name, but not current, previous or latest, which
// have their own meaning.
bool IsReleaseId(std::string_view name);

// Parses APP or APP+RELEASE. kInvalid, with a sentence for the person, for anything else, also for
// oneoff+RELEASE. Takes any bytes. Whether the app and the release exist is not checked.
base::Result<Target> ParseTarget(std::string_view user_name);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_TARGET_H_
