// Launcher: serves one request of an authenticated person, in a process of its own that the broker
// forked for it.
//
// It has the newest policy by birth. It decides, records, launches, and then is the run's
// supervisor; or it answers and ends. Nothing else of the broker starts a command.
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

// What a launcher works with. All of it stays the caller's.
struct LauncherDeps {
  const installation::Configuration& configuration;
  const config::Paths& paths;
  const run::Registry& registry;
  const record::Store& recordings;
  int audit_control;  // towards the audit writer: audit::Introduce
  int answered;       // a pipe: a LauncherReport in it says that the session has its answer
  int lines;          // descriptor 2 of a supervisor and of a watch
  // Whom a supervisor becomes once its command runs; nullopt: it stays who it is (development
  // mode).
  std::optional<base::Identity> recorder;
  const base::Clock& clock;
  const base::Log& log;
};

class Launcher {
 public:
  // `session` is where the answer goes. `local` is the user of the process that asks, if that is
  // on the host itself: then nothing that the request says of its person counts.
  Launcher(LauncherDeps deps, wire::Request request, base::UniqueFd session,
           std::optional<uid_t> local = std::nullopt);

  // Serves the request to its very end; if that is a run, until nothing of the run is left. Returns
  // what the process exits with.
  int Serve();

 private:
  // A request that was understood, up to the question for the policy.
  struct Understood {
    const release::App* app = nullptr;
    release::CommandLine line;
    release::Account account;
    release::ReleaseSnapshot snapshot;
    base::UniqueFd lease;  // of the release's directory; may be none
    release::Plan plan;
    std::string parity;  // CompareWithWeb
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
  release::Outcome<Understood> Understand() const;
  release::Outcome<release::CommandLine> ParseCommand() const;
  release::Outcome<release::Plan> PlanFor(const Understood& understood) const;
  int Decide(Understood& understood);
  release::Outcome<void> CheckTerminal(const Understood& understood) const;
  int Deny(const Understood& understood, const authz::Denial& denial);
  int Explain(const Understood& understood);
  int StartRun(const Understood& understood, const authz::Grant& grant);
  // A run that is counted, recorded and visible.
  struct Admitted {
    run::Entry entry;
    std::optional<record::Writer> recording;
    std::string unrecorded;  // why there is none
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
  // What of it is recorded, as rule, app and settings say together.
  record::Terms TermsFor(const Understood& understood, const authz::Grant& grant) const;
  // kUnavailable where the person's or the app's recordings take their share of the disk.
  base::Result<void> CheckShares(const Understood& understood) const;
  std::uint64_t BytesOfLive(const std::function<bool(const run::RunRecord&)>& counts) const;
  // "NAME DIGEST" of each variable that the client set and the rule accepts.
  std::vector<std::string> VariablesOf(const Understood& understood,
                                       const authz::Grant& grant) const;
  std::string ExplainRecording(const Understood& understood, const authz::Grant& grant) const;
  // Takes back what Admit has made so far.
  void Withdraw(const std::string& run) const;
  // Tells the session, and is the run's supervisor until the end.
  int Supervise(RunEndpoints& endpoints, base::Child command, Admitted admitted,
                const release::ProcessParts& parts);
  void PostNotStarted(const run::RunRecord& record);
  static std::vector<std::string> ShownArgv(const Understood& understood,
                                            const release::ProcessParts& parts);
  // "same", or "different: " and what differs from the running web process; empty if there is none
  // that `oneoff exec` became, as root or as whoever runs this.
  void CompareWithWeb(Understood& understood) const;
  std::string ParityWithWeb(const Understood& understood,
                            const std::vector<run::ProcessRecord>& webs,
                            const std::string& key) const;
  std::string Greeting(const Understood& understood, const release::ProcessParts& parts) const;
  release::Outcome<release::ProcessParts> Describe(const Understood& understood,
                                                   const authz::Grant& grant,
                                                   const std::string& run_id) const;
  // The variables that the client sent and that the rule does not accept.
  std::vector<std::string> LeftOut(const authz::Grant& grant) const;
  release::Outcome<void> CheckLimits(const release::App& app) const;

  // What of the configuration's files is not in force, where that concerns this request's person.
  std::vector<std::string> NotesOnFiles() const;
  int Reject(release::Refusal refusal, const std::string& rule = "");
  int Answer(Reply reply);
  void TellAnswered() const;
  release::Outcome<void> CheckKey();
  release::Outcome<void> CheckAccount();
  // What the person types for `words` in `target`: to ssh, or on the host itself.
  std::string Typed(const std::string& target, std::string_view words,
                    std::string_view option = "") const;
  int ServeService();
  release::Outcome<run::RunRecord> FindWatched(const std::string& id) const;
  // `words`: "watch" and which run.
  int WatchRun(const std::vector<std::string>& words);
  release::Outcome<void> RecordWatch(const authz::WatchGrant& grant, const run::RunRecord& record);
  authz::Who Who() const { return {request_.person, admission_.groups}; }
  void Post(const audit::Event& event);
  std::string CommandText() const { return request_.start.command.value_or(""); }
  // For the record, for logs and for other people's eyes.
  std::string ShownCommand() const { return release::ShownCommand(CommandText()); }

  LauncherDeps deps_;
  wire::Request request_;
  base::UniqueFd session_;
  std::optional<uid_t> local_;
  authz::Admission admission_;  // as it is now
  std::optional<audit::Client> audit_;
  release::Target target_;
  base::UniqueFd lease_;  // of the release that is about to run
  LauncherReport word_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_H_
