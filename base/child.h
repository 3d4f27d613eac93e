// Child: a process that this process forked, held by its pidfd (pidfd_open(2)). A pid alone may
// have been reused for another process.
//
// A Child owns its process: the destructor kills and reaps it. It does not watch the process; a
// Loop can watch pidfd().
//
//   auto child = base::Child::Fork([] { return Work(); });
//   if (!child) return base::Fail(std::move(child.error()).Context("the worker"));
//   loop.Watch(child->pidfd(), POLLIN, [&](short) { ... child->TryWait() ... });
#ifndef ONEOFF_BASE_CHILD_H_
#define ONEOFF_BASE_CHILD_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

// How a process ended (wait(2)).
struct Exit {
  int status = 0;  // exit status, 0 to 255; valid if signal is 0
  int signal = 0;  // the signal that killed it; 0: it exited
  // What a shell reports: the status, or 128 + signal.
  int ShellStatus() const { return signal != 0 ? 128 + signal : status; }
};

class Child {
 public:
  // Forks. The child runs `body` and exits with its result, without this process's destructors and
  // atexit functions; it exits with kThrew if `body` throws a std::exception. The child is a full
  // copy (no exec), so this process must not have threads. Only the low 8 bits of the result are
  // the exit status. kUnavailable at a limit on processes or memory (fork(2), EAGAIN, ENOMEM); if
  // the pidfd cannot be opened, the child is killed and reaped before the error is returned.
  static Result<Child> Fork(const std::function<int()>& body);
  static constexpr int kThrew = 70;
  // As Fork, for a child that executes a program. It runs `body` in this process's memory, on its
  // own stack, while this process waits until the child has executed or exited; no page is copied
  // (clone(2), CLONE_VM|CLONE_VFORK). `body` may only make async-signal-safe calls
  // (signal-safety(7)). This process sees what `body` writes. Its stack has 64 KiB. It has its own
  // table of descriptors and its own signal handlers. What `body` returns is the exit status.
  static Result<Child> Spawn(int (*body)(void*), void* argument);
  // Takes ownership of a child that other code forked with CLONE_PIDFD. It must be a child of this
  // process: only a parent can reap it.
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  // Empty: it holds no process.
  Child() = default;
  Child(Child&&) noexcept = default;
  // Kills and reaps the process that this object held before.
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Sends SIGKILL and waits for the end. Blocks for as long as the kernel takes to end the process.
  ~Child() { KillAndReap(); }

  // Whether it holds a process, which may have ended. Signal(), Wait() and TryWait() need one.
  bool valid() const { return pidfd_.valid(); }
  // For messages and for calls that take no pidfd. Meaningless if valid() is false.
  pid_t pid() const { return pid_; }
  // Readable when the process has ended (pidfd_open(2)).
  int pidfd() const { return pidfd_.get(); }

  // pidfd_send_signal(2). Succeeds, without an effect, for a process that has ended and is not yet
  // reaped. kDenied if the process has changed its user and this process lacks the permission
  // (kill(2)).
  Result<void> Signal(int number) const;
  // Blocks until the end and reaps the process. The Child is empty afterwards, also on failure.
  Result<Exit> Wait();
  // As Wait, if the process has ended; nullopt if it still runs. Never blocks. Keeps the process on
  // failure.
  Result<std::optional<Exit>> TryWait();
  // Gives up the process: this object neither kills nor reaps it.
  void Detach();

 private:
  void KillAndReap();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

// The name of this process in ps(1) and top(1) from now on; the kernel cuts it after 15 bytes
// (PR_SET_NAME in prctl(2)). A forked process executes no program whose name would identify it.
void NameProcess(const char* name);

// Closes every descriptor above 2 that is not in `keep` (close_range(2)). A forked process calls
// this to give up the descriptors that it inherited and does not need. `keep` may hold -1 and
// numbers in any order. No UniqueFd of this process may close one of the others later.
void CloseAllFdsBut(std::vector<int> keep);

}  // namespace base

#endif  // ONEOFF_BASE_CHILD_H_
