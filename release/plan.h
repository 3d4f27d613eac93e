// Plan: what a person typed, made into what is executed. One step from a name to its command, never
// two.
#ifndef ONEOFF_RELEASE_PLAN_H_
#define ONEOFF_RELEASE_PLAN_H_

#include <chrono>
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
  kTyped,      // the words as they were typed, isolated
  kAppFile,    // a name of `commands`
  kProcfile,   // a process of the Procfile
  kFramework,  // the framework's own console
  kShell,      // a string for /bin/sh -c, or a login shell
};
std::string_view Name(How how);  // "as typed", "the app's commands", ...

struct Plan {
  How how = How::kTyped;
  std::vector<std::string> argv;        // never empty; argv[0] is looked for on the PATH
  std::vector<std::string> stands_for;  // the words behind a name, further ones included; empty if
                                        // there is no name, or its text is no plain words
  std::string why;                      // what the framework was known by; else empty
  std::string label;                    // one line for `ps` and the audit: the words as typed
  bool needs_pty = false;
  std::chrono::milliseconds time_limit{0};  // never 0
};

// `words` is not empty. kUsage for a process that is long-running (web); kUnusable as Isolate().
Outcome<Plan> MakePlan(const App& app, const ReleaseSnapshot& snapshot,
                       const std::vector<std::string>& words);

// The long-running process `type`, as its service starts it: of the Procfile, else of `commands`.
// kUsage, with the types that there are, if neither has it.
Outcome<Plan> MakeProcessPlan(const App& app, const ReleaseSnapshot& snapshot,
                              const std::string& type);

// A string that needs a shell, for whom a rule grants one.
Plan MakeShellPlan(const App& app, const std::string& text);
// The shell of a bare login.
Plan MakeLoginShellPlan(const App& app, const Account& account);

// The programs that a snapshot should look at for these words: see SurveyRequest::programs.
std::vector<std::string> ProgramsOf(const std::vector<std::string>& words);

}  // namespace release

#endif  // ONEOFF_RELEASE_PLAN_H_
