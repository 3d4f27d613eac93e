// Reads and writes small files and directories as a whole, relative to a directory's descriptor.
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
  // The file must belong to root or to this process's user, and no other user may write to it. A
  // privileged process trusts no other file.
  kTrusted,
};

// The content of a regular file. kTooLarge if it has more than `limit` bytes; kDenied if it is not
// a regular file or does not have the required ownership. Never blocks on a FIFO or a device.
// `path` is relative to `directory` (AT_FDCWD: the working directory).
Result<std::string> ReadFile(int directory, const std::string& path, std::size_t limit,
                             Ownership ownership = Ownership::kAny);

// The content of the regular file open as `fd`, from its start, under the same rules.
Result<std::string> ReadOpenFile(int fd, std::size_t limit);

// Replaces `path` atomically and durably: writes a file beside it, syncs, renames, syncs the
// directory.
Result<void> ReplaceFile(int directory, const std::string& path, std::string_view content,
                         unsigned mode);

// Writes every byte, although write(2) may take fewer. `fd` must be blocking.
Result<void> WriteAll(int fd, std::string_view bytes);

// The names in a directory, sorted, without "." and "..". kTooLarge if there are more than `limit`.
Result<std::vector<std::string>> ListDirectory(int directory, const std::string& path,
                                               std::size_t limit);

// Creates `path` and its missing parents with `mode`. Existing directories stay as they are.
Result<void> MakeDirectories(const std::string& path, unsigned mode);

}  // namespace base

#endif  // ONEOFF_BASE_FILE_H_
