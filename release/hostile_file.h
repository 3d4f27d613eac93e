// Reads files that the app's own user may have put there. No call blocks on a FIFO or a device, and
// each is bounded. (A network file system that does not answer blocks them.)
//
// The calls do not keep a path within a folder: a link may lead to any file that this process can
// read. So only a process that has become the app's user calls them (BecomeAccount). For root's own
// reads see release/root_owned.h.
#ifndef ONEOFF_RELEASE_HOSTILE_FILE_H_
#define ONEOFF_RELEASE_HOSTILE_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

inline constexpr std::size_t kMaxHostileFile = 1U << 20U;  // bytes

// The content of the regular file at `path`. Links are followed, but no magic link of /proc
// (RESOLVE_NO_MAGICLINKS in openat2(2)). A file of another type is not opened for reading. Errors,
// with a reason and without the path: kNotFound; kDenied, also for another type and a loop of
// links; kTooLarge over `limit` bytes. A file that grows while it is read does not pass the limit
// either.
base::Result<std::string> ReadHostileFile(const std::string& path,
                                          std::size_t limit = kMaxHostileFile);

// The names in the folder at `path`, sorted, under the same rules. kTooLarge if there are more than
// `limit`.
base::Result<std::vector<std::string>> ListHostileFolder(const std::string& path,
                                                         std::size_t limit);

// They answer for this process's user, at this moment: a later open may find another file. false
// also if the path cannot be looked up.
bool IsDirectory(const std::string& path);    // links followed
bool IsRegularFile(const std::string& path);  // links followed
// Whether `path` is a regular file that this process may execute.
bool IsProgram(const std::string& path);

// The absolute path without links, "." and ".." (realpath(3)). kNotFound; kDenied, also for a loop
// of links. The message does not hold the path.
base::Result<std::string> RealPath(const std::string& path);

}  // namespace release

#endif  // ONEOFF_RELEASE_HOSTILE_FILE_H_
