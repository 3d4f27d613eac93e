// RootOwnedSources: what an app's config takes from outside its root and its user could not read
// himself: files that root owns, and what the service manager knows. It is fetched before the
// process that reads the config becomes that user; what is in it is parsed afterwards.
#ifndef ONEOFF_RELEASE_ENV_ROOT_OWNED_SOURCES_H_
#define ONEOFF_RELEASE_ENV_ROOT_OWNED_SOURCES_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "release/app.h"
#include "release/env/unit_environment.h"
#include "release/refusal.h"

namespace release {

inline constexpr std::size_t kMaxOutside = 4UL << 20U;  // bytes of all files
inline constexpr std::size_t kMaxFolderEntries = 2048;  // of an envdir, or where a pattern looks

struct RootOwnedSources {
  std::map<std::string, UnitEnvironment> units;
  // By path: what root read, or why there is nothing. The app's user reads what is not here.
  std::map<std::string, base::Result<std::string>> files;
  std::map<std::string, base::Result<std::vector<std::string>>> folders;
  std::map<std::string, std::string> untrusted;  // why root did not read it
};

// As root: what the sources of `app` name outside its root, as far as root owns it. As anybody
// else: the units only. kConfiguration for a unit that cannot be looked up.
Outcome<RootOwnedSources> ReadRootOwnedSources(const App& app, const UnitLookup& lookup);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_ROOT_OWNED_SOURCES_H_
