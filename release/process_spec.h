// ProcessSpec: everything that is needed to start one command, as a plain value that only the
// holder of a Grant can make.
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
#include "release/environment.h"
#include "release/plan.h"
#include "release/release_snapshot.h"
#include "release/variable.h"

namespace release {

// What a ProcessSpec is made of: no permission, only a description. run:explain shows one.
struct ProcessParts {
  std::string app;
  std::string release;
  std::string run_id;
  std::string label;              // the command as typed, for `ps` and the audit
  std::vector<std::string> argv;  // not empty
  std::vector<Variable> environment;
  std::string directory;  // absolute
  Account account;
  unsigned umask = kDefaultUmask;
  std::string why_umask;  // "as shop-web.service has it"; empty: the app file's, or the default
  std::int64_t open_files = kDefaultOpenFiles;  // soft
  bool bounds_files = false;                    // it is the hard limit, too
  int hangup_signal = SIGHUP;
  std::chrono::milliseconds time_limit{0};  // from the start; 0: none, in a checkout
  std::chrono::milliseconds idle_limit{0};  // 0: none
  bool shell = false;                       // the argv is a shell's: only for a Grant with shell()
  bool pty = false;                         // on a terminal
  std::string elsewhere;  // where argv[0] is, if it is not on the PATH: ProgramHint::advice
};

// Puts app, snapshot, plan and environment together.
ProcessParts Describe(const EnvironmentRequest& request, const Plan& plan, Variables environment);

class ProcessSpec {
 public:
  // kDenied if `grant` is not for this app, this release, or a shell that the parts are; kInvalid
  // for parts that are no process (no argv, a relative directory, a NUL in a string).
  static base::Result<ProcessSpec> Make(const authz::Grant& grant, ProcessParts parts);

  const authz::Grant& grant() const { return grant_; }
  const ProcessParts& parts() const { return parts_; }

 private:
  ProcessSpec(authz::Grant grant, ProcessParts parts)
      : grant_(std::move(grant)), parts_(std::move(parts)) {}

  authz::Grant grant_;
  ProcessParts parts_;
};

// The same for somebody who works in a checkout of their own, or for the service that an app's
// process is. No supervisor takes it.
class LocalProcessSpec {
 public:
  // kDenied if `grant` is for another directory; kInvalid as above.
  static base::Result<LocalProcessSpec> Make(const authz::LocalGrant& grant, ProcessParts parts);

  const ProcessParts& parts() const { return parts_; }

 private:
  explicit LocalProcessSpec(ProcessParts parts) : parts_(std::move(parts)) {}

  ProcessParts parts_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_PROCESS_SPEC_H_
