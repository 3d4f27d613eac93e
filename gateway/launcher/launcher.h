// Launcher: serves one request of an authenticated person. The broker forks a process for each
// launcher.
//
// The fork gives it a copy of the newest policy. It decides, records the start, starts the command
// and becomes the run's supervisor; or it answers the request and exits. No other part of the
// broker starts a command.
//
// The process is root's in a service (role::kLauncher), with all system calls, until it becomes a
// supervisor or a watch; so it reads nothing that an app's user can write: the Resolver does. Its
// parts: Asked (the request, and the way to answer it), Understand (parse, look), RunStart and
// StartWatch. Order of a start: decision, limits, registry, recording, audit (durable), command,
// answer.
#ifndef ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_
#define ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_

#include <sys/types.h>

#include <optional>

#include "authz/decision.h"
#include "authz/grant.h"
#include "base/unique_fd.h"
#include "gateway/launcher/asked.h"
#include "gateway/launcher/understood.h"
#include "gateway/wire/messages.h"
#include "release/refusal.h"

namespace launcher {

class Launcher {
 public:
  // `session` receives the answer. `local` is the kernel's uid of a caller on this host; then the
  // launcher ignores what the request says of its person.
  // `request` comes from the monitor, which has verified the login, but with a `start` of the
  // session's: its texts are untrusted. For a local caller `request` has no person; CheckAccount
  // finds it.
  Launcher(LauncherDeps deps, wire::Request request, base::UniqueFd session,
           std::optional<uid_t> local = std::nullopt);

  // Serves the request to its end. A run is served until no process of it is left. Returns the exit
  // status of this process.
  // 0 also for a refusal, which the session has got; 1 if the process could not be confined. Blocks
  // for the whole run. A session that is gone is no error: the run then ends as its supervisor
  // decides.
  int Serve();

 private:
  // Sets who asks, from the key or from the account of a caller on this host.
  release::Outcome<void> CheckKey();
  release::Outcome<void> CheckAccount();
  int ServeService();
  int ServeApp();
  int Decide(Understood& understood);
  release::Outcome<void> CheckTerminal(const Understood& understood) const;
  int Deny(const Understood& understood, const authz::Denial& denial);
  int Explain(const Understood& understood);
  int ExplainGrant(const Understood& understood, const authz::Grant& grant, Reply reply);

  Asked asked_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_
