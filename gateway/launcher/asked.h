// Asked: the request that a launcher serves, who asks, and the way to answer it.
#ifndef ONEOFF_GATEWAY_LAUNCHER_ASKED_H_
#define ONEOFF_GATEWAY_LAUNCHER_ASKED_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/admittance.h"
#include "authz/decision.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/client.h"
#include "gateway/installation/configuration.h"
#include "gateway/launcher/launcher_report.h"
#include "gateway/record/store.h"
#include "gateway/run/management.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"
#include "release/command/shown_command.h"
#include "release/layout/target.h"
#include "release/refusal.h"

namespace launcher {

// What a launcher works with. The caller owns all of it; it outlives the launcher.
struct LauncherDeps {
  const installation::Configuration& configuration;
  const config::Paths& paths;
  const run::Registry& registry;
  const record::Store& recordings;
  const run::ManagementFolder& management;
  int audit_control;  // to the audit writer: for audit::Introduce
  int answered;       // a pipe to the broker: one LauncherReport once the session has its answer
  int lines;          // becomes stderr of a supervisor and of a watch
  // The user that a supervisor becomes after it has started the command. nullopt: it keeps its user
  // (development mode).
  std::optional<base::Identity> recorder;
  const base::Clock& clock;
  const base::Log& log;
};

// An answer to a request that starts no run.
struct Reply {
  int status = 0;
  std::string out;
  std::string err;
};

class Asked {
 public:
  // `session_to_answer` receives the answer. `caller` is the kernel's uid of a caller on this host.
  Asked(LauncherDeps launcher_deps, wire::Request received, base::UniqueFd session_to_answer,
        std::optional<uid_t> caller);

  authz::Who Who() const { return {request.person, admission.groups}; }
  std::string CommandText() const { return request.start.command.value_or(""); }
  // The command without secrets: for the audit log, for logs and for other people.
  std::string ShownCommand() const { return release::ShownCommand(CommandText()); }
  // The command line with which the person runs `words` at `user`: ssh, or `oneoff run` on the
  // host.
  std::string Typed(const std::string& user, std::string_view words,
                    std::string_view option = "") const;
  // The configuration files that are not in force, as far as they concern this person.
  std::vector<std::string> NotesOnFiles() const;

  // Sends the answer to the session, and tells the broker. Each returns the exit status of the
  // launcher's process.
  int Answer(Reply reply);
  int Reject(release::Refusal refusal, const std::string& rule = "");
  // Tells the broker that the session has its answer.
  void TellAnswered() const;
  // Makes the event durable before `what` is done: "watch", "stop". If that fails, a refusal that
  // says so.
  release::Outcome<void> RecordFirst(const audit::Event& event, const std::string& what);
  // Makes this process a watch (role::kWatch) that keeps `fds`. Returns whether it may go on; the
  // log says why it may not.
  bool BecomeWatch(std::vector<int> fds, const std::string& what) const;
  // Hands the event to the audit writer without waiting. The broker counts those that are lost.
  void Post(const audit::Event& event);

  const LauncherDeps deps;
  wire::Request request;
  base::UniqueFd session;
  const std::optional<uid_t> local;  // then the person comes from it, not from the request
  authz::Admission admission;        // under the policy of now
  release::Target target;
  std::optional<audit::Client> audit;  // nullopt: there is no audit writer

 private:
  LauncherReport report_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_ASKED_H_
