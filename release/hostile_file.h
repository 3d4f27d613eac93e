// Reading files that the app's own user may have put there: nothing blocks, nothing is unbounded.
#ifndef ONEOFF_RELEASE_HOSTILE_FILE_H_
#define ONEOFF_RELEASE_HOSTILE_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace release {

inline constexpr std::size_t kMaxHostileFile = 1U << 20U;  // bytes

// The content of the regular file at `path`; links are followed, magic ones of /proc are not.
// Anything but a regular file is not even opened for reading. The error's message says why, without
// the path: kNotFound, kDenied, kTooLarge over `limit`.
base::Result<std::string> ReadHostileFile(const std::string& path,
                                          std::size_t limit = kMaxHostileFile);

// The names in the folder at `path`, sorted; under the same rules. kTooLarge if there are more.
base::Result<std::vector<std::string>> ListHostileFolder(const std::string& path,
                                                         std::size_t limit);

bool IsDirectory(const std::string& path);    // links followed
bool IsRegularFile(const std::string& path);  // links followed
// A regular file that this process may execute.
bool IsProgram(const std::string& path);

// The path without links, "." and "..": kNotFound, kDenied (a loop, too). The message has no path.
base::Result<std::string> RealPath(const std::string& path);

}  // namespace release

#endif  // ONEOFF_RELEASE_HOSTILE_FILE_H_
