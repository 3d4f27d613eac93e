// ReleaseSnapshot: everything that is read below an app's root to run one command, as one bounded
// value.
//
// A process that has become the app's user (BecomeAccount) makes it, because files below the root
// are hostile. It reads the content of regular files only, of at most 1 MiB each (git's
// packed-refs: 8 MiB) and through no magic link of /proc, and the names in folders. It never blocks
// on a FIFO or a device, runs no program and writes nothing.
//
//   const auto sources = release::ReadRootOwnedSources(app, lookup);    // still as root
//   if (release::BecomeAccount(account) != 0) ...                       // in a forked process
//   auto snapshot = release::TakeSnapshot(app, account, {.release = "current"}, *sources);
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

struct SnapshotRequest {
  std::string release = "current";  // as typed: an id, current, previous, latest, commit digits
  // Programs that the command may start (its first word). For each the snapshot holds how isolation
  // starts it. With ConsolePrograms(), which come first, 16 count.
  std::vector<std::string> programs;
  bool loader = false;  // whether to search for a package that loads the .env itself
};

// Where a requested program lies, if the PATH does not have it.
struct ProgramHint {
  std::string program;  // the first one of the request; empty: the PATH has it, or no place does
  std::string advice;   // a clause for the person who typed it, safe to print
};

// The umask of the app's own web process.
struct FoundUmask {
  unsigned value = kDefaultUmask;
  std::string of;  // "shop-web.service has it"
};

// Its texts come from the app's files: escape them before they are printed, where no comment says
// that they are safe. It does not change when the release does.
struct ReleaseSnapshot {
  // Its id: a directory's name, or a checkout's commit, 7 digits, or "checkout".
  std::string release;
  std::vector<std::string>
      names;  // all names that it answers to: id; current, latest, previous where they apply
  std::string directory;  // the real path of the app's folder in it: its processes start there
  std::string top;        // the real path of the release itself: differs if the app has a "folder"
  std::string commit;     // 40 or 64 hex digits, or 7 to 64 of REVISION; empty: unknown
  // The variables of the config's sources, in the order of setting, each name once; unset ones,
  // too.
  std::vector<Variable> config;
  Procfile procfile;
  std::vector<IsolationLayer> versions;   // interpreters; part of the base environment
  std::vector<IsolationLayer> isolation;  // in front of everything else
  Console console;
  std::optional<FoundUmask> umask;  // of the config's first unit
  ProgramHint elsewhere;
  std::vector<Interpreter> interpreters;  // those in the PATH of its processes
  // Interpreters that are not the project's: "python3: Pipfile is pipenv's, which has no
  // environment".
  std::vector<std::string> foreign;
  std::optional<Framework> framework;
  std::string loader;                    // FindLoader(), if the request asked for it
  std::vector<std::string> warnings;     // "shared/.env:3: ...", for run:explain and the log
  std::vector<std::string> differences;  // the same form, for lines that dialects read differently
};

// `root_owned` holds what ReadRootOwnedSources() read before this process became the account.
// kNoSuchRelease; kUnusable for a missing root, a loop of links, an app's folder that leaves the
// release, and isolation that the app file asks for and the release does not have, or that a
// version file names and no version manager has; kConfiguration for a file of variables that is
// missing, unreadable or broken. Messages name file and line, never a value.
Outcome<ReleaseSnapshot> TakeSnapshot(const App& app, const Account& account,
                                      const SnapshotRequest& request,
                                      const RootOwnedSources& root_owned = {});

}  // namespace release

#endif  // ONEOFF_RELEASE_RELEASE_SNAPSHOT_H_
