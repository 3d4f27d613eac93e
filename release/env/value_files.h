// ValueFiles: the variables that the app's config sources set, read in their order.
//
// Files that `root_owned` has are taken from there; all others are read as this process's user, who
// must be the app's (release/hostile_file.h). A value is never part of a message.
#ifndef ONEOFF_RELEASE_ENV_VALUE_FILES_H_
#define ONEOFF_RELEASE_ENV_VALUE_FILES_H_

#include <optional>
#include <string>
#include <vector>

#include "release/app.h"
#include "release/env/root_owned_sources.h"
#include "release/env/value_sink.h"
#include "release/framework.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

struct ValueFiles {
  Variables variables;                // buried ones included
  std::vector<std::string> warnings;  // "shared/.env:3: ..."
  // The same form, for lines that another dialect, which the app may use, reads differently.
  std::vector<std::string> differences;
};

// `directory` is the release's. `base` resolves a `$NAME` that the sources do not set. The
// release's own .env is skipped if one of the sources was the same file. `framework` is the result
// of Recognise() for the release.
//
// kConfiguration, with the file and, where it has one, the line, for a source that is missing and
// not optional, unreadable, broken, or over the bounds of a ValueSink; for a file in an envdir
// whose name holds a '='; for a unit that root_owned.units lacks; and for a unit's pattern that no
// file matches. An optional source may be missing, not broken; only a unit's optional file may be
// broken, as in systemd.
Outcome<ValueFiles> ReadValueFiles(const App& app, const std::string& directory,
                                   const Variables& base, const RootOwnedSources& root_owned,
                                   const std::optional<Framework>& framework = {});

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_FILES_H_
