// Exec: turns this process into the command of a ProcessSpec. The constructor prepares everything:
// Become() allocates no memory, so that a child that shares its parent's memory
// (base::Child::Spawn) may call it.
//
// Use Launch() instead (release/launch.h), which needs a ProcessSpec and so a Grant.
#ifndef ONEOFF_RELEASE_EXEC_H_
#define ONEOFF_RELEASE_EXEC_H_

#include <optional>
#include <string>
#include <vector>

#include "release/process_spec.h"
#include "release/refusal.h"

namespace release {

enum class Terminal { kNo, kControlling };

// The command's three descriptors. The caller owns them.
struct Stdio {
  int in = -1;
  int out = -1;
  int err = -1;
  // KControlling: `in` is a pty's slave, which becomes the controlling terminal.
  Terminal terminal = Terminal::kNo;
};

class Exec {
 public:
  struct Options {
    // kOwn: setsid(2); this process must not lead a process group. kCallers: nothing changes.
    enum class Session { kOwn, kCallers } session = Session::kOwn;
    // Number of descriptors from 3 on that the command also gets: sd_listen_fds(3).
    int inherited = 0;
    // Becomes /dev/pts in a mount namespace of the command's own, and a /proc of its pid namespace
    // becomes /proc there. -1: the command stays in this process's mount namespace.
    int devpts = -1;
  };
  // The caller owns `parts` and `stdio`, which must outlive this object. `parts.argv` is not empty.
  // The program is searched in the PATH of `parts.environment`, not in this process's; relative
  // folders of the PATH are skipped. Opens no file.
  Exec(const ProcessParts& parts, const Stdio& stdio, Options options);
  Exec(const Exec&) = delete;
  Exec& operator=(const Exec&) = delete;
  ~Exec() = default;

  // Sets up mounts, session, descriptors, terminal, signals, limits, umask, account, history
  // folders and directory, in this order; then execve(2), for each candidate as execvp(3) does:
  // /bin/sh runs a script without "#!". Async-signal-safe (signal-safety(7)). Returns only on
  // failure; this process has then changed in part, and must end. A failure to make the history
  // folders only takes the history variables away.
  void Become();

  bool failed() const { return report_.has_value(); }
  // Why it failed. Call it only if failed(), in a process that may allocate memory. kNotFound: no
  // such program; kCannotExecute: it cannot be executed, or the interpreter of its "#!" does not
  // exist; kUnusable: the directory cannot be entered; kLost: every other step.
  Refusal Why() const;

 private:
  enum class Step {
    kMounts,
    kDescriptors,
    kSession,
    kTerminal,
    kOpenFiles,
    kAccount,
    kDirectory,
    kProgram,
    kInterpreter
  };
  // The step at which the process failed to become the command.
  struct Report {
    Step step;
    int number;  // errno
  };

  Report TryToBecome();
  Report Execute();
  Refusal WhyNoProgram(int number) const;

  const ProcessParts& parts_;
  const Stdio& stdio_;
  Options options_;
  std::optional<Report> report_;
  std::string path_;  // the PATH in which the program is searched
  std::vector<std::string> argv_;
  std::vector<std::string> environment_;
  std::vector<std::string> candidates_;  // the paths that are tried for the program, in order
  std::vector<std::string> script_;      // argv for a script without #!: /bin/sh CANDIDATE ...
  std::vector<char*> argv_pointers_;
  std::vector<char*> environment_pointers_;
  // The first of the history files, behind all others: nulled where there can be no such files.
  char** history_pointer_ = nullptr;
  std::vector<char*> script_pointers_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_EXEC_H_
