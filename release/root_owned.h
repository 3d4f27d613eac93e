// Reads, as root, files for a user who may not read them. Only files that root owns count, and only
// on a path that no other user could have redirected.
#ifndef ONEOFF_RELEASE_ROOT_OWNED_H_
#define ONEOFF_RELEASE_ROOT_OWNED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

// The regular file at the absolute `path`. kNotFound; kTooLarge; kDenied, with the reason, if the
// file or a folder above it does not belong to root, is a link, or is writable for group or others.
// A folder further up may be writable if it has the sticky bit; the file's own folder may not.
base::Result<std::string> ReadRootOwned(const std::string& path, std::size_t limit);

// The names in the folder at `path`, sorted, under the same rules.
base::Result<std::vector<std::string>> ListRootOwned(const std::string& path, std::size_t limit);

}  // namespace release

#endif  // ONEOFF_RELEASE_ROOT_OWNED_H_
