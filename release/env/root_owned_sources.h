// RootOwnedSources: the sources of an app's config outside its root that the app's user may not
// read: files that root owns, and units of the service manager. Root reads them before the process
// that reads the config becomes that user. They are parsed only afterwards, without root's rights.
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

// Bytes of all files together. The file that exceeds them, and each one after it, is kTooLarge.
inline constexpr std::size_t kMaxOutside = 4UL << 20U;
inline constexpr std::size_t kMaxFolderEntries = 2048;  // of an envdir, or of a pattern's folder

struct RootOwnedSources {
  std::map<std::string, UnitEnvironment> units;  // by the unit's name
  // By path: the content that root read, or the error. The app's user reads all other files.
  std::map<std::string, base::Result<std::string>> files;
  std::map<std::string, base::Result<std::vector<std::string>>> folders;
  std::map<std::string, std::string> untrusted;  // by path: why root did not read it
};

// As root: reads the sources of `app` outside its root, as far as root owns them. As another user:
// looks up the units only. Never reads below the app's root, also not a file that root owns there.
// kConfiguration for a unit that cannot be looked up; a file's error is kept for ReadValueFiles,
// which knows whether the file is optional. Blocks as `lookup` does, once for each unit.
Outcome<RootOwnedSources> ReadRootOwnedSources(const App& app, const UnitLookup& lookup);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_ROOT_OWNED_SOURCES_H_
