// ReleaseSnapshot: everything that has to be read below an app's root to run one command, as one
// bounded value.
//
// It is made by a process that already is the app's user (BecomeAccount), because whatever lies
// below the root is hostile: only regular files of at most 1 MiB are read, no magic link of /proc
// is followed and nothing is waited for. Nobody else reads there.
#ifndef ONEOFF_RELEASE_RELEASE_SNAPSHOT_H_
#define ONEOFF_RELEASE_RELEASE_SNAPSHOT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "release/account.h"
#include "release/app.h"
#include "release/command/console.h"
#include "release/command/procfile.h"
#include "release/env/root_owned_sources.h"
#include "release/env/value_sink.h"
#include "release/framework.h"
#include "release/isolation/interpreter.h"
#include "release/isolation/isolation.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

inline constexpr std::size_t kMaxWarnings = 50;

struct SurveyRequest {
  std::string release = "current";  // as typed: an id, current, previous, latest, commit digits
  // The programs that the command may name (its first word): for each the snapshot tells how
  // isolation starts it. At most 16 count.
  std::vector<std::string> programs;
  bool loader = false;  // whether to look for what loads a .env by itself
};

// Where a program that was asked about is although it is not on the PATH.
struct ProgramHint {
  std::string program;  // empty: there is none such
  std::string advice;   // a clause for whoever typed it, safe to print
};

// The umask that the app's own web process has.
struct FoundUmask {
  unsigned value = kDefaultUmask;
  std::string of;  // "shop-web.service has it"
};

struct ReleaseSnapshot {
  std::string release;  // its id: a directory's name, or a checkout's commit, 7 digits
  std::vector<std::string>
      names;              // all that it answers to: id; current, latest, previous as they apply
  std::string directory;  // the real path of the app in it: where its processes start
  std::string top;        // the release's own real path: the same, without a "folder"
  std::string commit;     // 40 or 64 hex digits, or what REVISION says; empty if unknown
  // Of the config's sources, in order of setting, each name once; those to be unset, too.
  std::vector<Variable> config;
  Procfile procfile;
  std::vector<IsolationLayer> versions;   // interpreters, in the base environment
  std::vector<IsolationLayer> isolation;  // ahead of all else
  Console console;
  std::optional<FoundUmask> umask;  // of the config's first unit
  ProgramHint elsewhere;
  std::vector<Interpreter> interpreters;  // along the PATH that its processes have
  // Why one of them is not the project's: "python3: Pipfile is pipenv's, which has no environment".
  std::vector<std::string> foreign;
  std::optional<Framework> framework;
  std::string loader;                    // FindLoader(), if that was asked for
  std::vector<std::string> warnings;     // "shared/.env:3: ...": for explain and the log
  std::vector<std::string> differences;  // the same, of lines that dialects read differently
};

// `outside` is what ReadRootOwnedSources() found before this process became the account.
// kNoSuchRelease; kUnusable for a missing checkout or a link that loops; kConfiguration for a file
// of variables that is missing, cannot be read or is broken. Messages name file and line, never a
// value.
Outcome<ReleaseSnapshot> MakeSurvey(const App& app, const Account& account,
                                    const SurveyRequest& request,
                                    const RootOwnedSources& outside = {});

}  // namespace release

#endif  // ONEOFF_RELEASE_RELEASE_SNAPSHOT_H_
