// Child: a process that this process forked, held by its pidfd. A pid alone may have been reused
// for another process.
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
  // atexit functions; it exits with kThrew if `body` throws. The child is a full copy (no exec), so
  // this process must not have threads.
  static Result<Child> Fork(const std::function<int()>& body);
  static constexpr int kThrew = 70;
  // As Fork, for a child that executes a program. It runs `body` in this process's memory, on its
  // own stack, while this process waits until the child has executed or exited; no page is copied
  // (clone(2), CLONE_VM|CLONE_VFORK). `body` may only make async-signal-safe calls
  // (signal-safety(7)). This process sees what `body` writes.
  static Result<Child> Spawn(int (*body)(void*), void* argument);
  // Takes ownership of a child that other code forked with CLONE_PIDFD.
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  Child() = default;
  Child(Child&&) noexcept = default;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { KillAndReap(); }

  bool valid() const { return pidfd_.valid(); }
  pid_t pid() const { return pid_; }
  // Readable when the process has ended (pidfd_open(2)).
  int pidfd() const { return pidfd_.get(); }

  Result<void> Signal(int number) const;
  // Waits for the end and reaps the process. The Child is empty afterwards.
  Result<Exit> Wait();
  // As Wait, if the process has ended; nullopt if it still runs.
  Result<std::optional<Exit>> TryWait();
  // Gives up the process: this object neither kills nor reaps it.
  void Detach();

 private:
  void KillAndReap();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

// The name of this process in ps(1) and top(1) from now on: at most 15 characters (PR_SET_NAME). A
// forked process executes no program whose name would identify it.
void NameProcess(const char* name);

// Closes every descriptor above 2 that is not in `keep`. A forked process calls this to give up the
// descriptors that it inherited and does not need.
void CloseAllFdsBut(std::vector<int> keep);

}  // namespace base

#endif  // ONEOFF_BASE_CHILD_H_
