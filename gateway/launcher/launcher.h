// Launcher: serves one request of an authenticated person. The broker forks a process for each
// launcher.
//
// The fork gives it a copy of the newest policy. It decides, records the start, starts the command
// and becomes the run's supervisor; or it answers the request and exits. No other part of the
// broker starts a command.
#ifndef ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_
#define ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "authz/decision.h"
#include "authz/people.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/client.h"
#include "gateway/installation/configuration.h"
#include "gateway/launcher/launcher_report.h"
#include "gateway/launcher/private_space.h"
#include "gateway/launcher/run_endpoints.h"
#include "gateway/record/store.h"
#include "gateway/run/process_record.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"
#include "release/command/command_line.h"
#include "release/command/shown_command.h"
#include "release/layout/target.h"
#include "release/plan.h"
#include "release/process_spec.h"
#include "release/release_snapshot.h"

namespace launcher {

// What a launcher works with. The caller owns all of it; it outlives the launcher.
struct LauncherDeps {
  const installation::Configuration& configuration;
  const config::Paths& paths;
  const run::Registry& registry;
  const record::Store& recordings;
  int audit_control;  // to the audit writer: for audit::Introduce
  int answered;       // a pipe to the broker: one LauncherReport once the session has its answer
  int lines;          // becomes stderr of a supervisor and of a watch
  // The user that a supervisor becomes after it has started the command. nullopt: it keeps its user
  // (development mode).
  std::optional<base::Identity> recorder;
  const base::Clock& clock;
  const base::Log& log;
};

class Launcher {
 public:
  // `session` receives the answer. `local` is the kernel's uid of a caller on this host; then the
  // launcher ignores what the request says of its person.
  Launcher(LauncherDeps deps, wire::Request request, base::UniqueFd session,
           std::optional<uid_t> local = std::nullopt);

  // Serves the request to its end. A run is served until no process of it is left. Returns the exit
  // status of this process.
  int Serve();

 private:
  // A parsed request with all that the policy needs for its decision.
  struct Understood {
    const release::App* app = nullptr;
    release::CommandLine line;
    release::Account account;
    release::ReleaseSnapshot snapshot;
    base::UniqueFd lease;  // keeps the release's directory; may be invalid
    release::Plan plan;
    std::string parity;  // from CompareWithWeb
    authz::Request question;
    bool pty = false;
  };
  struct Reply {
    int status = 0;
    std::string out;
    std::string err;
  };

  int ServeApp();
  release::Outcome<const release::App*> FindApp() const;
  // All that needs no look at the release.
  release::Outcome<Understood> Understand() const;
  // The denial of a command that the policy denies in every release: then no release is read.
  std::optional<authz::Denial> DenyUnread(const Understood& understood) const;
  release::Outcome<void> ReadRelease(Understood& understood) const;
  authz::Request QuestionFor(const Understood& understood, const release::Plan& plan) const;
  release::Outcome<release::CommandLine> ParseCommand() const;
  release::Outcome<release::Plan> PlanFor(const Understood& understood) const;
  int Decide(Understood& understood);
  release::Outcome<void> CheckTerminal(const Understood& understood) const;
  int Deny(const Understood& understood, const authz::Denial& denial);
  int Explain(const Understood& understood);
  int StartRun(const Understood& understood, const authz::Grant& grant);
  // A run that counts towards the limits, is in the audit log and is listed.
  struct Admitted {
    run::Entry entry;
    std::optional<record::Writer> recording;
    std::string unrecorded;  // why there is no recording
    bool may_go_on_unrecorded = false;
  };
  release::Outcome<Admitted> Admit(const Understood& understood, const run::RunRecord& record,
                                   const release::ProcessSpec& spec);
  release::Outcome<void> RecordStart(const Understood& understood, const run::RunRecord& record,
                                     const release::ProcessSpec& spec,
                                     const std::string& unrecorded);
  base::Result<record::Writer> MakeRecording(const Understood& understood,
                                             const run::RunRecord& record,
                                             const release::ProcessSpec& spec) const;
  // What is recorded of the run, after the rule, the app file and the settings.
  record::Terms TermsFor(const Understood& understood, const authz::Grant& grant) const;
  // kUnavailable if the recordings of the person or of the app fill their share of the disk.
  base::Result<void> CheckShares(const Understood& understood) const;
  std::uint64_t BytesOfLive(const std::function<bool(const run::RunRecord&)>& counts,
                            std::uint64_t room) const;
  // "NAME DIGEST" of each variable that the client sends and the rule accepts.
  std::vector<std::string> VariablesOf(const Understood& understood,
                                       const authz::Grant& grant) const;
  std::string ExplainRecording(const Understood& understood, const authz::Grant& grant) const;
  // Undoes what Admit has made so far.
  void Withdraw(const std::string& run) const;
  // Makes the walls of a private run; an empty space for any other.
  release::Outcome<PrivateSpace> MakeSpace(const release::ProcessParts& parts) const;
  // Tells the person about the run, ahead of its output. `unrecorded`: as in Admitted.
  void Greet(const RunEndpoints& endpoints, const Understood& understood,
             const release::ProcessSpec& spec, const std::string& unrecorded) const;
  // Sends wire::Started to the session, then supervises the run to its end.
  int Supervise(RunEndpoints& endpoints, PrivateSpace space, base::Child command, Admitted admitted,
                const release::ProcessParts& parts);
  void PostNotStarted(const run::RunRecord& record);
  static std::vector<std::string> ShownArgv(const Understood& understood,
                                            const release::ProcessParts& parts);
  // Sets `parity`: "same", or "different: " and the differences from the running web process. Empty
  // if `oneoff exec`, as root or as this gateway's user, has recorded no live web process.
  void CompareWithWeb(Understood& understood) const;
  std::string ParityWithWeb(const Understood& understood,
                            const std::vector<run::ProcessRecord>& webs,
                            const std::string& key) const;
  std::string Greeting(const Understood& understood, const release::ProcessParts& parts) const;
  release::Outcome<release::ProcessParts> Describe(const Understood& understood,
                                                   const authz::Grant& grant,
                                                   const std::string& run_id) const;
  // The variables that the client sends and the rule does not accept.
  std::vector<std::string> LeftOut(const authz::Grant& grant) const;
  release::Outcome<void> CheckLimits(const release::App& app) const;

  // The configuration files that are not in force, as far as they concern this person.
  std::vector<std::string> NotesOnFiles() const;
  int Reject(release::Refusal refusal, const std::string& rule = "");
  int Answer(Reply reply);
  void TellAnswered() const;
  release::Outcome<void> CheckKey();
  release::Outcome<void> CheckAccount();
  // The command line with which the person runs `words` in `target`: ssh, or `oneoff run` on the
  // host.
  std::string Typed(const std::string& target, std::string_view words,
                    std::string_view option = "") const;
  int ServeService();
  release::Outcome<run::RunRecord> FindWatched(const std::string& id) const;
  // `words` is "watch", optionally followed by the run's id.
  int WatchRun(const std::vector<std::string>& words);
  release::Outcome<void> RecordWatch(const authz::WatchGrant& grant, const run::RunRecord& record);
  authz::Who Who() const { return {request_.person, admission_.groups}; }
  void Post(const audit::Event& event);
  std::string CommandText() const { return request_.start.command.value_or(""); }
  // The command without secrets: for the audit log, for logs and for other people.
  std::string ShownCommand() const { return release::ShownCommand(CommandText()); }

  LauncherDeps deps_;
  wire::Request request_;
  base::UniqueFd session_;
  std::optional<uid_t> local_;
  authz::Admission admission_;  // under the policy of now
  std::optional<audit::Client> audit_;
  release::Target target_;
  base::UniqueFd lease_;  // keeps the directory of the release that is about to run
  LauncherReport word_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_
