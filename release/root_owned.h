// Reads, as root, files for a user who may not read them. Only files that root owns count, and only
// on a path that no other user could have redirected.
//
// The path is opened folder by folder (openat(2), O_PATH | O_NOFOLLOW), and what was checked is
// what is read. Comparable to StrictModes in sshd_config(5), but no link is followed and no other
// owner than root counts.
#ifndef ONEOFF_RELEASE_ROOT_OWNED_H_
#define ONEOFF_RELEASE_ROOT_OWNED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

// The content of the regular file at the absolute `path`. kNotFound; kTooLarge above `limit` bytes;
// kDenied, with the reason, if the path holds a "..", or if the file or a folder above it does not
// belong to root, is a link or of another type, or is writable for group or others.
// A folder further up may be writable if it has the sticky bit; the file's own folder may not.
base::Result<std::string> ReadRootOwned(const std::string& path, std::size_t limit);

// The names in the folder at `path`, sorted, under the same rules, which hold for the folder itself
// as for a file's own. kTooLarge if there are more than `limit`.
base::Result<std::vector<std::string>> ListRootOwned(const std::string& path, std::size_t limit);

}  // namespace release

#endif  // ONEOFF_RELEASE_ROOT_OWNED_H_
