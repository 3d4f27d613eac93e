// Reads files that the app's own user may have put there. No call blocks, and each is bounded.
#ifndef ONEOFF_RELEASE_HOSTILE_FILE_H_
#define ONEOFF_RELEASE_HOSTILE_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

inline constexpr std::size_t kMaxHostileFile = 1U << 20U;  // bytes

// The content of the regular file at `path`. Links are followed, but no magic link of /proc. A file
// of another type is not opened for reading. Errors, with a reason and without the path: kNotFound,
// kDenied, kTooLarge over `limit`.
base::Result<std::string> ReadHostileFile(const std::string& path,
                                          std::size_t limit = kMaxHostileFile);

// The names in the folder at `path`, sorted, under the same rules. kTooLarge if there are more than
// `limit`.
base::Result<std::vector<std::string>> ListHostileFolder(const std::string& path,
                                                         std::size_t limit);

bool IsDirectory(const std::string& path);    // links followed
bool IsRegularFile(const std::string& path);  // links followed
// Whether `path` is a regular file that this process may execute.
bool IsProgram(const std::string& path);

// The path without links, "." and "..". kNotFound; kDenied, also for a loop of links. The message
// does not hold the path.
base::Result<std::string> RealPath(const std::string& path);

}  // namespace release

#endif  // ONEOFF_RELEASE_HOSTILE_FILE_H_
