// Plan: how typed words become an argv. A name is replaced by its command once; the result is not
// looked up again.
#ifndef ONEOFF_RELEASE_PLAN_H_
#define ONEOFF_RELEASE_PLAN_H_

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/account.h"
#include "release/app.h"
#include "release/command/command_line.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace release {

enum class How {
  kTyped,      // the words as typed, isolated
  kAppFile,    // a name in the app file's `commands`
  kProcfile,   // a process type of the Procfile
  kFramework,  // the framework's console
  kShell,      // a string for /bin/sh -c, or a login shell
};
std::string_view Name(How how);  // "as typed", "the app's commands", ...

struct Plan {
  How how = How::kTyped;
  std::vector<std::string> argv;  // never empty; argv[0] is searched in the PATH
  // The words of a name's command, and the further words; empty: no name, or its command is no
  // plain words.
  std::vector<std::string> stands_for;
  std::string why;    // what the framework was recognised by; else empty
  std::string label;  // one line for `ps` and the audit log: the words as typed
  bool needs_pty = false;
  std::chrono::milliseconds time_limit{0};  // always above 0
  int hangup_signal = SIGHUP;               // to a run whose client is gone
};

// `words` must not be empty. kUsage for a long-running process type (web); kUnusable as Isolate().
Outcome<Plan> MakePlan(const App& app, const ReleaseSnapshot& snapshot,
                       const std::vector<std::string>& words);

// The part of MakePlan's answer that no release changes: it has an argv only for a name of the
// app's own `commands`. nullopt: the first word may be a name in a release, of its Procfile or
// framework.
std::optional<Plan> MakePlanOfEveryRelease(const App& app, const std::vector<std::string>& words);

// The command of the long-running process `type`, as its service starts it: from the Procfile, else
// from `commands`. kUsage, with the types that exist, if neither has it.
Outcome<Plan> MakeProcessPlan(const App& app, const ReleaseSnapshot& snapshot,
                              const std::string& type);

// A text that needs a shell. The caller holds a rule that grants one.
Plan MakeShellPlan(const App& app, const std::string& text);
// The shell of a bare login.
Plan MakeLoginShellPlan(const App& app, const Account& account);

// The programs that the snapshot looks up for these words: see SnapshotRequest::programs.
std::vector<std::string> ProgramsOf(const std::vector<std::string>& words);

}  // namespace release

#endif  // ONEOFF_RELEASE_PLAN_H_
