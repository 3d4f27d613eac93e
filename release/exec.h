// Exec: turns this process into the command of a ProcessSpec. The constructor prepares everything:
// Become() allocates no memory, so that a child that shares its parent's memory
// (base::Child::Spawn) may call it.
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
    enum class Session { kOwn, kCallers } session = Session::kOwn;
    // Number of descriptors from 3 on that the command also gets: sd_listen_fds(3).
    int inherited = 0;
    // Becomes /dev/pts in a mount namespace of the command's own, and a /proc of its pid namespace
    // becomes /proc there. -1: the command stays in this process's mount namespace.
    int devpts = -1;
  };
  // The caller owns `parts` and `stdio`, which must outlive this object.
  Exec(const ProcessParts& parts, const Stdio& stdio, Options options);
  Exec(const Exec&) = delete;
  Exec& operator=(const Exec&) = delete;
  ~Exec() = default;

  // Sets up mounts, descriptors, session, signals, limits, umask, account and directory, in this
  // order; then execve(2). Async-signal-safe (signal-safety(7)). Returns only on failure.
  void Become();

  bool failed() const { return report_.has_value(); }
  // Why it failed. Call it only if failed().
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
