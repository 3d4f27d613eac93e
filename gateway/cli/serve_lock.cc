#include "gateway/cli/serve_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/file.h"

namespace cli {
namespace {

std::string LockFile(const config::Paths& paths) { return paths.run + "/serve.lock"; }

// The pid of the lock's holder; 0 if there is none.
base::Result<pid_t> HolderOf(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (fcntl(file, F_GETLK, &lock) != 0) return base::FailSystem("F_GETLK");
  return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

}  // namespace

base::Result<base::UniqueFd> LockForServe(const config::Paths& paths) {
  if (auto made = base::MakeDirectories(paths.run, 0755); !made) {
    return base::Fail(std::move(made.error()));
  }
  const std::string name = LockFile(paths);
  base::UniqueFd file(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return base::FailSystem(name);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  // Not an open file description lock (F_OFD_SETLK, fcntl(2)): children inherit those, and F_GETLK
  // does not name their holder.
  if (fcntl(file.get(), F_SETLK, &lock) == 0) return file;
  if (errno != EACCES && errno != EAGAIN) return base::FailSystem(name);
  const auto holder = HolderOf(file.get());
  return base::Fail(
      base::Code::kUnavailable,
      fmt::format("{}: process {} serves this installation already", name, holder ? *holder : 0));
}

base::Result<base::UniqueFd> FindServe(const config::Paths& paths) {
  const std::string name = LockFile(paths);
  const base::UniqueFd file(open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return base::FailSystem(name);
  const auto holder = HolderOf(file.get());
  if (!holder) return base::Fail(holder.error());
  if (*holder > 0) {
    base::UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, *holder, 0)));
    // The process is still the holder, so the pid was not reused before pidfd_open(2).
    if (const auto again = HolderOf(file.get()); process && again && *again == *holder) {
      return process;
    }
  }
  return base::Fail(base::Code::kNotFound, name + ": no process serves this installation");
}

}  // namespace cli
