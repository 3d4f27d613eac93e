// Reading, as root, for somebody who may not: only what root owns, on a way that nobody else could
// have turned.
#ifndef ONEOFF_RELEASE_ROOT_OWNED_H_
#define ONEOFF_RELEASE_ROOT_OWNED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

// The regular file at the absolute `path`. kNotFound; kTooLarge; kDenied, with the reason, if the
// file or a folder above it belongs to somebody else than root, is a link, or can be written by
// others (a folder with the sticky bit may, but for the file's own).
base::Result<std::string> ReadRootOwned(const std::string& path, std::size_t limit);

// The names in the folder at `path`, sorted, under the same rules.
base::Result<std::vector<std::string>> ListRootOwned(const std::string& path, std::size_t limit);

}  // namespace release

#endif  // ONEOFF_RELEASE_ROOT_OWNED_H_
