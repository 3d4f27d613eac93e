// Whole small files and directories, relative to a directory's descriptor; never followed out of
// it.
#ifndef ONEOFF_BASE_FILE_H_
#define ONEOFF_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

Result<UniqueFd> OpenDirectory(const std::string& path);

enum class Ownership {
  kAny,
  // The file must belong to root, or to this process's own user, and be writable by nobody else:
  // what a privileged process insists on before it believes a file.
  kTrusted,
};

// The content of a regular file of at most `limit` bytes: kTooLarge above that, kDenied if it is no
// regular file or not owned as asked. Never blocks on a FIFO or a device. `path` is relative to
// `directory` (AT_FDCWD: to the working directory).
Result<std::string> ReadFile(int directory, const std::string& path, std::size_t limit,
                             Ownership ownership = Ownership::kAny);

// The content of the regular file that is open as `fd`, from its start, under the same rules.
Result<std::string> ReadOpenFile(int fd, std::size_t limit);

// Replaces `path` in one step, durably: written beside it, synced, renamed, the directory synced.
Result<void> ReplaceFile(int directory, const std::string& path, std::string_view content,
                         unsigned mode);

// Every byte, though write(2) may take fewer. For a blocking `fd`.
Result<void> WriteAll(int fd, std::string_view bytes);

// The names in a directory, sorted, without "." and "..": kTooLarge if there are more than `limit`.
Result<std::vector<std::string>> ListDirectory(int directory, const std::string& path,
                                               std::size_t limit);

// `path` and its missing parents, with `mode`. One that exists stays as it is.
Result<void> MakeDirectories(const std::string& path, unsigned mode);

}  // namespace base

#endif  // ONEOFF_BASE_FILE_H_
