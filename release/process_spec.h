// ProcessSpec: everything that starts one command, as a plain value. Only the holder of a Grant can
// make one.
//
// It is checked once, when it is made, and never changes. It does not check that the directory, the
// program or the account exists: Launch() finds that out.
//
//   auto spec = release::ProcessSpec::Make(grant, release::Describe(request, plan, environment));
//   auto child = release::Launch(*spec, stdio);
#ifndef ONEOFF_RELEASE_PROCESS_SPEC_H_
#define ONEOFF_RELEASE_PROCESS_SPEC_H_

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "authz/grant.h"
#include "base/result.h"
#include "release/account.h"
#include "release/app.h"
#include "release/env/history_files.h"
#include "release/environment.h"
#include "release/plan.h"
#include "release/release_snapshot.h"
#include "release/variable.h"

namespace release {

// The parts of a ProcessSpec. They are a description, not a permission: run:explain shows them.
struct ProcessParts {
  std::string app;
  std::string release;                // its id
  std::string run_id;                 // empty: a run of no gateway
  std::string label;                  // the command as typed, for `ps` and the audit log
  std::vector<std::string> argv;      // not empty
  std::vector<Variable> environment;  // complete: nothing is inherited
  std::string directory;              // absolute
  Account account;
  unsigned umask = kDefaultUmask;
  std::string why_umask;  // "as shop-web.service has it"; empty: from the app file, or the default
  std::int64_t open_files = kDefaultOpenFiles;  // soft
  bool bounds_files = false;                    // open_files is the hard limit, too
  int hangup_signal = SIGHUP;                   // SIGHUP, SIGTERM or SIGINT
  config::OnDisconnect on_disconnect;           // of rule, app and command together
  std::chrono::milliseconds time_limit{0};  // from the start; 0: none, for a LocalProcessSpec only
  std::chrono::milliseconds idle_limit{0};  // 0: none
  bool shell = false;                       // argv is a shell: needs a Grant with shell()
  bool pty = false;                         // the command gets a terminal
  // The person's own. Not in `environment`: the command gets the variables only if it can have the
  // folders.
  HistoryFiles history;
  // The run has its own pid namespace, /proc and /dev/pts.
  bool private_run = false;
  std::string why_private;  // "the app file", "the rule 'ops'"; empty: the run is not private
  std::string elsewhere;    // where argv[0] lies if the PATH does not have it: ProgramHint::advice
};

// Puts app, snapshot, plan and environment together. Checks nothing. History files are only for a
// run on a terminal (ClientVariables::term), unless the app file says `"history": false`.
ProcessParts Describe(const EnvironmentRequest& request, const Plan& plan, Variables environment);

class ProcessSpec {
 public:
  // kDenied if `grant` is for another app or release, if the parts are a shell and it grants none,
  // or if it asks for a private run and they are not. kInvalid for parts that cannot be started: no
  // argv, a relative directory, no time limit, a NUL in a word or a variable, a variable's name
  // that is empty or holds a '=', a word or NAME=value over kMaxExecString. The grant's other terms
  // (accept_env, record) are not checked here.
  static base::Result<ProcessSpec> Make(const authz::Grant& grant, ProcessParts parts);

  const authz::Grant& grant() const { return grant_; }
  const ProcessParts& parts() const { return parts_; }

 private:
  ProcessSpec(authz::Grant grant, ProcessParts parts)
      : grant_(std::move(grant)), parts_(std::move(parts)) {}

  authz::Grant grant_;
  ProcessParts parts_;
};

// The same for a person who works in their own checkout, and for the service of an app's process.
// It has no supervisor.
class LocalProcessSpec {
 public:
  // kDenied if `grant` is for another directory; kInvalid as in ProcessSpec::Make, but the parts
  // need no time limit.
  static base::Result<LocalProcessSpec> Make(const authz::LocalGrant& grant, ProcessParts parts);

  const ProcessParts& parts() const { return parts_; }

 private:
  explicit LocalProcessSpec(ProcessParts parts) : parts_(std::move(parts)) {}

  ProcessParts parts_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_PROCESS_SPEC_H_
