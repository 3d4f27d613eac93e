// Plan: how typed words become an argv. A name is replaced by its command once; the result is not
// looked up again.
//
// A plan permits nothing and starts nothing: the policy decides about the words and `stands_for`.
// The functions read no file: a ReleaseSnapshot holds what they need.
#ifndef ONEOFF_RELEASE_PLAN_H_
#define ONEOFF_RELEASE_PLAN_H_

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/on_disconnect.h"
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
  // argv[0] is searched in the PATH. Never empty, except in a MakePlanOfEveryRelease.
  std::vector<std::string> argv;
  // The words of a name's command, and the further words; empty: no name, or its command is no
  // plain words.
  std::vector<std::string> stands_for;
  std::string why;         // what the framework was recognised by; else empty
  std::string label;       // one line for `ps` and the audit log: the words as typed, escaped
  bool needs_pty = false;  // a run without a terminal is to be refused
  std::chrono::milliseconds time_limit{0};  // above 0, except in a MakePlanOfEveryRelease
  config::OnDisconnect on_disconnect;       // of the app and of its `commands`
  int hangup_signal = SIGHUP;               // first to a run that has to end
};

// `words` must not be empty. Its first word is looked up in the app file's `commands`, then in the
// Procfile, then as `console`; the others never are. The text of a name goes to /bin/sh with the
// further words as "$@", so they never become part of the script. kUsage for `web` of the Procfile,
// which is long-running; kUnusable as Isolate().
Outcome<Plan> MakePlan(const App& app, const ReleaseSnapshot& snapshot,
                       const std::vector<std::string>& words);

// The part of MakePlan's answer that no release changes: it has an argv only for a name of the
// app's own `commands`. nullopt: the first word may be a name in a release, of its Procfile or
// framework. `words` must not be empty. The plan has no label, attributes or limits.
std::optional<Plan> MakePlanOfEveryRelease(const App& app, const std::vector<std::string>& words);

// The command of the long-running process `type`, as its service starts it: from the Procfile, else
// from `commands`. kUsage, with the Procfile's types, if neither has it.
Outcome<Plan> MakeProcessPlan(const App& app, const ReleaseSnapshot& snapshot,
                              const std::string& type);

// A text that needs a shell: /bin/sh -c TEXT. The caller holds a rule that grants one:
// ProcessSpec::Make checks that. Isolation's PATH and variables apply, its wrappers do not.
Plan MakeShellPlan(const App& app, const std::string& text);
// The shell of a bare login: Account::shell -l.
Plan MakeLoginShellPlan(const App& app, const Account& account);

// The programs that the snapshot looks up for these words: see SnapshotRequest::programs.
std::vector<std::string> ProgramsOf(const std::vector<std::string>& words);

}  // namespace release

#endif  // ONEOFF_RELEASE_PLAN_H_
