// Finds patterns that let a person read or write files in any folder, although they do not look
// like it.
#ifndef ONEOFF_AUTHZ_FILE_ACCESS_H_
#define ONEOFF_AUTHZ_FILE_ACCESS_H_

#include <optional>
#include <string>

#include "config/pattern.h"

namespace authz {

// "reads files beside …" or "writes files beside …", to print after the pattern's text; nullopt if
// the wildcards are confined to a folder, or if the program is not known. For a program that
// writes, the folder must be one of data (tmp/, log/, var/ and others), because a file beside the
// code can become code: authz/FORMAT.md, "Tests and warnings". A guard rail, like
// GrantsCodeExecution. Looks at the pattern's first word only, not behind `env` or `timeout`.
std::optional<std::string> GrantsFileAccess(const config::Pattern& pattern);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_FILE_ACCESS_H_
