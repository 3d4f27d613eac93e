#include "base/child.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

namespace base {
namespace {

// glibc 2.36's <sys/pidfd.h> lacks extern "C".
int PidfdSendSignal(int pidfd, int number) {
  return static_cast<int>(syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0));
}

Exit ExitOf(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return Exit{.status = info.si_status, .signal = 0};
  return Exit{.status = 0, .signal = info.si_status};
}

}  // namespace

Result<Child> Child::Fork(const std::function<int()>& body) {
  // fork(3), not clone3(2): glibc's own fork handlers (malloc, stdio) must run. The pidfd is opened
  // before the child can be reaped, so it cannot refer to another process.
  const pid_t pid = fork();
  if (pid < 0) return FailSystem("fork");
  if (pid == 0) {
    int status = kThrew;
    try {
      status = body();
    } catch (const std::exception&) {
      status = kThrew;  // `body` reports what it can; the waiting process sees kThrew
    }
    // Not exit(3): the parent's atexit functions and stdio buffers are none of the child's.
    _exit(status);
  }
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int number = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return FailSystem("pidfd_open", number);
  }
  return Child(pid, std::move(pidfd));
}

Result<Child> Child::Spawn(int (*body)(void*), void* argument) {
  constexpr std::size_t kStack = 64UL * 1024;
  void* const stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) return FailSystem("mmap");
  int pidfd = -1;
  // CLONE_PIDFD: the pidfd exists before the child can end, so it cannot name another process.
  const pid_t pid = clone(body, static_cast<char*>(stack) + kStack,
                          CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, argument, &pidfd);
  const int number = errno;
  munmap(stack, kStack);
  if (pid < 0) return FailSystem("clone", number);
  return Child(pid, UniqueFd(pidfd));
}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    KillAndReap();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

Result<void> Child::Signal(int number) const {
  if (PidfdSendSignal(pidfd_.get(), number) != 0) return FailSystem("pidfd_send_signal");
  return {};
}

Result<Exit> Child::Wait() {
  siginfo_t info{};
  int rc = 0;
  do {
    rc = waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED);
  } while (rc != 0 && errno == EINTR);
  const int number = errno;
  Detach();
  if (rc != 0) return FailSystem("waitid", number);
  return ExitOf(info);
}

Result<std::optional<Exit>> Child::TryWait() {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG) != 0) {
    return FailSystem("waitid");
  }
  if (info.si_pid == 0) return std::nullopt;
  Detach();
  return ExitOf(info);
}

void Child::Detach() {
  pid_ = -1;
  pidfd_.Reset();
}

void Child::KillAndReap() {
  if (!valid()) return;
  PidfdSendSignal(pidfd_.get(), SIGKILL);
  (void)Wait();
}

void NameProcess(const char* name) { prctl(PR_SET_NAME, name); }

void CloseAllFdsBut(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned from = 3;
  for (const int fd : keep) {
    if (fd < 0 || static_cast<unsigned>(fd) < from) continue;
    if (static_cast<unsigned>(fd) > from) close_range(from, static_cast<unsigned>(fd) - 1, 0);
    from = static_cast<unsigned>(fd) + 1;
  }
  close_range(from, ~0U, 0);
}

}  // namespace base
