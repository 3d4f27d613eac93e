#include "release/hostile_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <system_error>

#include "base/file.h"
#include "base/unique_fd.h"

namespace release {
namespace {

struct Free {
  void operator()(char* memory) const { std::free(memory); }
};

// Like base::FailSystem, but without a prefix.
tl::unexpected<base::Error> FailPlain(int number) {
  return base::Fail(base::Error::System("", number).code(),
                    number == ELOOP ? "its links lead in a loop, or into /proc"
                                    : std::generic_category().message(number));
}

}  // namespace

base::Result<std::string> ReadHostileFile(const std::string& path, std::size_t limit) {
  open_how how{};
  // Without RESOLVE_NO_MAGICLINKS a link to /proc/self/fd or /proc/PID/root could lead to files of
  // this process or outside of its root (openat2(2)).
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  // O_PATH first: opening a device or a FIFO for reading can block or have effects (open(2)).
  const base::UniqueFd place(
      static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
  if (!place) return FailPlain(errno);
  struct stat status {};
  if (fstat(place.get(), &status) != 0) return FailPlain(errno);
  if (!S_ISREG(status.st_mode)) return base::Fail(base::Code::kDenied, "not a regular file");
  if (status.st_size > static_cast<off_t>(limit)) {
    return base::Fail(base::Code::kTooLarge, fmt::format("larger than {} bytes", limit));
  }
  // Opens the file that was checked: a second lookup of the path could find another one.
  const std::string same = fmt::format("/proc/self/fd/{}", place.get());
  const base::UniqueFd file(open(same.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return FailPlain(errno);
  return base::ReadOpenFile(file.get(), limit);
}

base::Result<std::vector<std::string>> ListHostileFolder(const std::string& path,
                                                         std::size_t limit) {
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  const base::UniqueFd place(
      static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
  if (!place) return FailPlain(errno);
  // O_PATH needs no right to read, so it is checked here, for a better message.
  if (faccessat(place.get(), ".", R_OK, AT_EACCESS) != 0) return FailPlain(errno);
  auto names = base::ListDirectory(place.get(), ".", limit);
  if (!names && names.error().code() == base::Code::kTooLarge) {
    return base::Fail(base::Code::kTooLarge, fmt::format("more than {} files", limit));
  }
  return names;
}

bool IsDirectory(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool IsRegularFile(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool IsProgram(const std::string& path) {
  return IsRegularFile(path) && faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

base::Result<std::string> RealPath(const std::string& path) {
  const std::unique_ptr<char, Free> real(realpath(path.c_str(), nullptr));
  if (!real) return FailPlain(errno);
  return std::string(real.get());
}

}  // namespace release
