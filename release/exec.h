// Exec: how a process becomes the command of a ProcessSpec. Everything that it needs is made
// beforehand, so that a child that shares its parent's memory may do it.
#ifndef ONEOFF_RELEASE_EXEC_H_
#define ONEOFF_RELEASE_EXEC_H_

#include <optional>
#include <string>
#include <vector>

#include "release/process_spec.h"
#include "release/refusal.h"

namespace release {

enum class Terminal { kNo, kControlling };

// The command's ends; they stay the caller's.
struct Stdio {
  int in = -1;
  int out = -1;
  int err = -1;
  Terminal terminal = Terminal::kNo;  // kControlling: `in` is a pty's slave, and becomes /dev/tty
};

class Exec {
 public:
  struct Options {
    enum class Session { kOwn, kCallers } session = Session::kOwn;
    int inherited = 0;  // descriptors from 3 on that the command gets, too: sd_listen_fds(3)
  };
  // All of it stays the caller's, and is used until the end.
  Exec(const ProcessParts& parts, const Stdio& stdio, Options options);
  Exec(const Exec&) = delete;
  Exec& operator=(const Exec&) = delete;
  ~Exec() = default;

  // Descriptors, session, signals, limits, umask, account, directory, execve(2), in this order;
  // async-signal-safe (signal-safety(7)). Returns only if it failed.
  void Become();

  bool failed() const { return report_.has_value(); }
  // Why it failed.
  Refusal Why() const;

 private:
  enum class Step {
    kDescriptors,
    kSession,
    kTerminal,
    kOpenFiles,
    kAccount,
    kDirectory,
    kProgram,
    kInterpreter
  };
  // Why the process could not become the command.
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
  std::string path_;  // the PATH that is searched
  std::vector<std::string> argv_;
  std::vector<std::string> environment_;
  std::vector<std::string> candidates_;  // where the program may be, in order
  std::vector<std::string> script_;      // argv for a script without #!: /bin/sh CANDIDATE ...
  std::vector<char*> argv_pointers_;
  std::vector<char*> environment_pointers_;
  std::vector<char*> script_pointers_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_EXEC_H_
