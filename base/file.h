// Reads and writes small files and directories as a whole, relative to a directory's descriptor.
//
// The functions block for as long as the disk does. Those that read follow links: a process that
// reads where another user can put links uses release/hostile_file.h or release/root_owned.h. If a
// function gets a path, the text of its error begins with a path.
#ifndef ONEOFF_BASE_FILE_H_
#define ONEOFF_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

// For reading and as a start for openat(2); CLOEXEC. kNotFound, also if `path` is no directory.
Result<UniqueFd> OpenDirectory(const std::string& path);

enum class Ownership {
  kAny,
  // The file must belong to root or to this process's effective user, and neither group nor others
  // may write to it. A privileged process trusts no other file. The folders above the file are not
  // checked: see CheckTrustedFolder.
  kTrusted,
};

// The content of a regular file. kTooLarge if it has more than `limit` bytes; kDenied if it is not
// a regular file or does not have the required ownership. Never blocks on a FIFO or a device.
// `path` is relative to `directory` (AT_FDCWD: the working directory).
Result<std::string> ReadFile(int directory, const std::string& path, std::size_t limit,
                             Ownership ownership = Ownership::kAny);

// The content of the file open as `fd`, from its start. The caller has checked that it is a regular
// file; a pipe and a folder are kSystem. kTooLarge as above. The descriptor's
// offset stays as it is. The error does not name the file.
Result<std::string> ReadOpenFile(int fd, std::size_t limit);

// Replaces `path` atomically and durably: writes a file beside it ("PATH.new.PID"), syncs, renames,
// syncs the directory. The new file belongs to this process, with `mode` less its umask. On failure
// the old file is complete and the new one is removed, except if only the last sync fails: then the
// new file is in place, and may be lost in a crash. kUnavailable if the volume is full.
Result<void> ReplaceFile(int directory, const std::string& path, std::string_view content,
                         unsigned mode);

// Writes every byte, although write(2) may take fewer. `fd` must be blocking; otherwise the call
// fails with kUnavailable when the descriptor takes no more. On failure some bytes may be written.
// A pipe or a socket without a reader raises SIGPIPE.
Result<void> WriteAll(int fd, std::string_view bytes);

// Writes as much as `fd`, a non-blocking pipe or socket, takes now. Returns how many bytes;
// kNotFound "closed" if nothing reads them any more. SIGPIPE must be ignored.
Result<std::size_t> WriteSome(int fd, std::string_view bytes);

// The names in a directory, sorted by their bytes, without "." and "..". kTooLarge if there are
// more than `limit`. A name may hold any byte but '/' and NUL: quote it before it is printed.
Result<std::vector<std::string>> ListDirectory(int directory, const std::string& path,
                                               std::size_t limit);

// Creates `path` and its missing parents with `mode` less the umask. Existing directories stay as
// they are. Does not check that an existing `path` is a directory.
Result<void> MakeDirectories(const std::string& path, unsigned mode);

}  // namespace base

#endif  // ONEOFF_BASE_FILE_H_
