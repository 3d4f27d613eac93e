// ValueFiles: the app's config sources, read in their order.
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
  Variables variables;                // buried ones, too
  std::vector<std::string> warnings;  // "shared/.env:3: ..."
  // The same, of lines that another dialect reads otherwise, which may be the app's own.
  std::vector<std::string> differences;
};

// `directory` is the release's; `base` what `$NAME` may mean besides what the sources set. The
// release's own .env is not read again where it is a file that was. kConfiguration for a source
// that is missing and not optional, cannot be read, is broken, or goes over the bounds of a
// ValueSink.
//
// `framework` is the release's, as Recognise() finds it.
Outcome<ValueFiles> ReadValueFiles(const App& app, const std::string& directory,
                                   const Variables& base, const RootOwnedSources& outside,
                                   const std::optional<Framework>& framework = {});

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_FILES_H_
