// Which patterns let a person read or write files of any folder, though they do not look like it.
#ifndef ONEOFF_AUTHZ_FILE_ACCESS_H_
#define ONEOFF_AUTHZ_FILE_ACCESS_H_

#include <optional>
#include <string>

#include "config/pattern.h"

namespace authz {

// "reads files: …", to stand behind the pattern's text; nullopt if the wildcards are held to a
// folder, or if the program is not known. A guard rail, as GrantsCodeExecution is.
std::optional<std::string> GrantsFileAccess(const config::Pattern& pattern);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_FILE_ACCESS_H_
