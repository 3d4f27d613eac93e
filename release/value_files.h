// ValueFiles: the app's files of variables, read in their order.
#ifndef ONEOFF_RELEASE_VALUE_FILES_H_
#define ONEOFF_RELEASE_VALUE_FILES_H_

#include <string>
#include <vector>

#include "release/app.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

struct ValueFiles {
  Variables variables;
  std::vector<std::string> warnings;  // "shared/.env:3: ..."
};

// `directory` is the release's; `base` what `$NAME` may mean besides what the files set. A file
// that was read already, under another name, is not read again. kConfiguration for one that is
// missing and not optional, cannot be read, is broken, or goes over the bounds (kMaxConfig,
// kMaxConfigVariables).
Outcome<ValueFiles> ReadValueFiles(const App& app, const std::string& directory,
                                   const Variables& base);

}  // namespace release

#endif  // ONEOFF_RELEASE_VALUE_FILES_H_
