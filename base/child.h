// Child: a process that this process forked, by its pidfd: never by a pid that may be somebody
// else's.
#ifndef ONEOFF_BASE_CHILD_H_
#define ONEOFF_BASE_CHILD_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

// How a process ended, as wait(2) tells.
struct Exit {
  int status = 0;  // exit status, 0 to 255, if signal is 0
  int signal = 0;  // the signal that killed it, or 0
  // What a shell would show: the status, or 128 + signal.
  int ShellStatus() const { return signal != 0 ? 128 + signal : status; }
};

class Child {
 public:
  // Forks; the child runs `body` and exits with what it returns, without running this process's
  // destructors or atexit functions. The child is a full copy (no exec): only processes without
  // threads may do this.
  // It exits with kThrew if `body` throws.
  static Result<Child> Fork(const std::function<int()>& body);
  static constexpr int kThrew = 70;
  // As Fork, for a child that is about to execute a program: it runs `body` in this process's own
  // memory, on a stack of its own, while this process waits until it has executed or exited; no
  // page is copied. `body` makes async-signal-safe calls only (signal-safety(7)); what it writes is
  // seen here.
  static Result<Child> Spawn(int (*body)(void*), void* argument);
  // Owns a child that was forked elsewhere with CLONE_PIDFD.
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  Child() = default;
  Child(Child&&) noexcept = default;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { KillAndReap(); }

  bool valid() const { return pidfd_.valid(); }
  pid_t pid() const { return pid_; }
  // Readable when the process has ended.
  int pidfd() const { return pidfd_.get(); }

  Result<void> Signal(int number) const;
  // Waits for the end and reaps. The Child is empty afterwards.
  Result<Exit> Wait();
  // As Wait, if it has ended by now; nullopt if it still runs.
  Result<std::optional<Exit>> TryWait();
  // Leaves the process to itself: it is not killed, and not reaped by this object.
  void Detach();

 private:
  void KillAndReap();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

// What ps(1) and top(1) call this process from now on: at most 15 characters. A forked process is
// no program of its own, and says by this what it is.
void NameProcess(const char* name);

// Closes every descriptor above 2 that is not in `keep`: what a forked process does that was given
// more than it needs.
void CloseAllFdsBut(std::vector<int> keep);

}  // namespace base

#endif  // ONEOFF_BASE_CHILD_H_
