// The part of the launcher that starts a run: count, record, launch, supervise.
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/child.h"
#include "base/text.h"
#include "gateway/launcher/launcher.h"
#include "gateway/launcher/run_endpoints.h"
#include "gateway/role/birth.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/pty.h"
#include "gateway/run/supervisor.h"
#include "gateway/wire/transport.h"
#include "release/launch.h"

namespace launcher {
namespace {

constexpr std::chrono::seconds kAuditDeadline{10};

release::Refusal Lost(std::string_view what, const base::Error& error) {
  return {release::kLost, fmt::format("{}: {}", what, error.message())};
}

// A run without a file in the registry could be neither listed nor ended, so it does not start.
tl::unexpected<release::Refusal> Untracked(const release::ProcessParts& p,
                                           const base::Error& error) {
  return release::Refuse(
      release::kCannotRecord,
      fmt::format("{}+{}: nothing was started, because it cannot be kept track of: {}; tell "
                  "the gateway's administrator",
                  p.app, p.release, error.message()));
}

// From here on the process only sends signals, moves bytes and writes to the run's own files.
base::Result<void> BecomeSupervisor(const LauncherDeps& deps, const run::Supervised& run) {
  const run::Streams& s = run.streams;
  std::vector<int> keep = {run.entry->fd(),    run.control.get(), run.command.pidfd(),
                           s.master.get(),     s.terminal.get(),  s.in.get(),
                           s.out.get(),        s.err.get(),       s.client_in.get(),
                           s.client_out.get(), s.client_err.get()};
  if (run.recording) {
    for (const int fd : run.recording->fds()) keep.push_back(fd);
  }
  keep.push_back(run.lease.get());
  keep.push_back(run.init.hold.get());
  return role::Assume(role::kSupervisor,
                      {.keep = std::move(keep), .user = deps.recorder, .log = deps.lines});
}

}  // namespace

int Launcher::StartRun(const Understood& u, const authz::Grant& grant) {
  const auto id = run::NewRunId();
  const auto boot = run::BootId();
  if (!id || !boot) return Reject(Lost("start", id ? boot.error() : id.error()));
  auto parts = Describe(u, grant, *id);
  if (!parts) return Reject(parts.error());
  const auto spec = release::ProcessSpec::Make(grant, std::move(*parts));
  if (!spec) return Reject(Lost("start", spec.error()));
  const release::ProcessParts& p = spec->parts();
  auto space = MakeSpace(p);
  if (!space) return Reject(space.error());
  auto endpoints = RunEndpoints::Connect(u.pty ? &*request_.start.pty : nullptr, p.account.uid,
                                         space->devpts.get());
  if (!endpoints) return Reject(Lost("start", endpoints.error()));

  const auto self = run::Look(getpid());
  const run::RunRecord record{
      .id = *id,
      .app = p.app,
      .release = p.release,
      .person = request_.person,
      .command = release::ShownCommand(u.line.text),
      .started_ms = static_cast<std::uint64_t>(deps_.clock.Now().time_since_epoch().count()),
      .boot = *boot,
      .uid = p.account.uid,
      .supervisor = getpid(),
      .supervisor_start = self ? self->start_time : 0};
  auto admitted = Admit(u, record, *spec);
  if (!admitted) return Reject(admitted.error());

  // prctl(2): orphans of the command become children of this process, so that it can end and reap
  // them.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  auto command = release::Launch(*spec, endpoints->stdio, space->devpts.get());
  if (!command) {
    (void)admitted->entry.WriteEnding(
        {.how = run::How::kNotStarted,
         .status = command.error().status,
         .ended_ms = record.started_ms,
         .complete = true,
         .recorded = run::Recorded{.digest = admitted->recording ? admitted->recording->End()
                                                                 : std::string()}});
    return Answer({.status = command.error().status,
                   .out = "",
                   .err = "oneoff: " + command.error().message + "\n"});
  }
  const auto leader = run::Look(command->pid());
  (void)admitted->entry.WriteLeader(
      {.pid = command->pid(), .start_time = leader ? leader->start_time : 0});
  endpoints->command.clear();
  Greet(*endpoints, u, *spec, admitted->unrecorded);
  return Supervise(*endpoints, std::move(*space), std::move(*command), std::move(*admitted), p);
}

release::Outcome<PrivateSpace> Launcher::MakeSpace(const release::ProcessParts& p) const {
  if (!p.private_run) return PrivateSpace();
  auto space = PrivateSpace::Make(deps_.recorder, deps_.lines, deps_.log);
  if (space) return std::move(*space);
  deps_.log(base::Level::kError, fmt::format("a private run of {} cannot be walled off: {}", p.app,
                                             space.error().message()));
  return release::Refuse(
      release::kLost,
      fmt::format("{}+{}: nothing was started, because {} asks for a private run, and this host "
                  "does not let it be walled off: {}; tell the gateway's administrator",
                  p.app, p.release, p.why_private, space.error().message()));
}

void Launcher::Greet(const RunEndpoints& endpoints, const Understood& u,
                     const release::ProcessSpec& spec, const std::string& unrecorded) const {
  const release::ProcessParts& p = spec.parts();
  const std::string run = fmt::format("oneoff: {}+{} run {}", p.app, p.release, p.run_id);
  if (u.pty) endpoints.Greet(Greeting(u, p));
  if (u.pty && TermsFor(u, spec.grant()).unechoed) {
    endpoints.Greet(run + ": EVERY KEY IS RECORDED, also what is not shown, such as passwords");
  }
  for (const std::string& note : NotesOnFiles()) endpoints.Greet("oneoff: " + note);
  if (!unrecorded.empty()) endpoints.Greet(run + ": THIS RUN IS NOT RECORDED: " + unrecorded);
}

release::Outcome<void> Launcher::CheckLimits(const release::App& app) const {
  const auto runs = deps_.registry.ListAdmitted();
  if (!runs) return release::Refuse(release::kBusy, runs.error().message());
  // ListAdmitted may contain runs that have ended. Only near the limit is each one checked.
  const auto count = [&](std::int64_t limit, const auto& counts) {
    auto n = std::count_if(runs->begin(), runs->end(), counts);
    if (n < limit) return n;
    return std::count_if(runs->begin(), runs->end(), [&](const run::RunRecord* run) {
      return counts(run) && deps_.registry.IsAlive(run->id);
    });
  };
  const std::int64_t most_of_app = app.limits.runs;
  const std::int64_t most_of_person = deps_.configuration.settings.runs_per_person;
  const auto of_app =
      count(most_of_app, [&](const run::RunRecord* run) { return run->app == app.name; });
  if (of_app >= most_of_app) {
    return release::Refuse(
        release::kBusy, fmt::format("{}: {} runs are under way, which is its limit; see them: {}",
                                    app.name, of_app, Typed("oneoff", "ps")));
  }
  const std::int64_t share = release::ShareOfPerson(app.limits);
  const auto of_both = count(share, [&](const run::RunRecord* run) {
    return run->app == app.name && run->person == request_.person;
  });
  if (of_both >= share) {
    return release::Refuse(
        release::kBusy,
        fmt::format("{}: {} of your runs are under way, which is one person's share of "
                    "this app's {}; see them: {}",
                    app.name, of_both, most_of_app, Typed("oneoff", "ps")));
  }
  const auto of_person = count(
      most_of_person, [&](const run::RunRecord* run) { return run->person == request_.person; });
  if (of_person >= most_of_person) {
    return release::Refuse(
        release::kBusy,
        fmt::format("{}: {} of your runs are under way, which is the limit for a person; "
                    "see them: {}",
                    request_.person, of_person, Typed("oneoff", "ps")));
  }
  return {};
}

release::Outcome<Launcher::Admitted> Launcher::Admit(const Understood& u,
                                                     const run::RunRecord& record,
                                                     const release::ProcessSpec& spec) {
  const release::ProcessParts& p = spec.parts();
  // Holds the lock until the run is counted. The lock is not held while the run is recorded.
  auto admission = deps_.registry.LockAdmission();
  if (!admission) return Untracked(p, admission.error());
  if (auto within = CheckLimits(*u.app); !within) return tl::unexpected(within.error());
  auto entry = deps_.registry.Create(record);
  if (!entry) return Untracked(p, entry.error());
  admission->Reset();
  auto recording = MakeRecording(u, record, spec);
  std::string unrecorded;
  if (!recording) {
    unrecorded = recording.error().message();
    deps_.log(base::Level::kError,
              fmt::format("run {} of {} cannot be recorded: {}", record.id, p.app, unrecorded));
  }
  if (!recording && !spec.grant().unrecorded()) {
    deps_.registry.Withdraw(record.id);
    return release::Refuse(
        release::kCannotRecord,
        fmt::format("{}+{}: nothing was started, because it cannot be recorded: {}; tell the "
                    "gateway's administrator",
                    p.app, p.release, unrecorded));
  }
  if (auto recorded = RecordStart(u, record, spec, unrecorded); !recorded) {
    return tl::unexpected(recorded.error());
  }
  if (auto published = deps_.registry.Publish(record.id); !published) {
    Withdraw(record.id);
    PostNotStarted(record);
    return Untracked(p, published.error());
  }
  Admitted admitted{std::move(*entry), std::nullopt, std::move(unrecorded),
                    spec.grant().unrecorded()};
  if (recording) admitted.recording.emplace(std::move(*recording));
  return admitted;
}

// The event is durable before the command starts. `unrecorded`: why there is no recording, or
// empty.
release::Outcome<void> Launcher::RecordStart(const Understood& u, const run::RunRecord& record,
                                             const release::ProcessSpec& spec,
                                             const std::string& unrecorded) {
  const release::ProcessParts& p = spec.parts();
  const audit::RunStarted started{.run = record.id,
                                  .app = p.app,
                                  .release = p.release,
                                  .release_names = u.snapshot.names,
                                  .commit = u.snapshot.commit,
                                  .directory = p.directory,
                                  .person = request_.person,
                                  .key = request_.fingerprint,
                                  .source = request_.address,
                                  .rule = spec.grant().rule(),
                                  .command = release::ShownCommand(u.line.text),
                                  .argv = ShownArgv(u, p),
                                  .user = p.account.name,
                                  .pty = u.pty,
                                  .configuration = deps_.configuration.digest,
                                  .certificate = admission_.certificate,
                                  .unrecorded = unrecorded,
                                  .parity = u.parity,
                                  .variables = VariablesOf(u, spec.grant()),
                                  .env_dropped = LeftOut(spec.grant()),
                                  .private_run = p.private_run};
  base::Result<std::uint64_t> recorded = base::Fail(base::Code::kUnavailable, "no audit writer");
  if (audit_) recorded = audit_->Record(started, kAuditDeadline);
  if (!recorded) {
    if (recorded.error().code() == base::Code::kDenied) {
      Withdraw(record.id);
      return release::Refuse(release::kBusy,
                             fmt::format("{}+{}: nothing was started: {}; try again later", p.app,
                                         p.release, recorded.error().message()));
    }
    // A writer that did not answer may have recorded the start. Then the run's file stays, and the
    // broker records the end of a run that never began.
    const bool known = !audit_ || recorded.error().code() == base::Code::kSystem;
    if (known) Withdraw(record.id);
    // The event of the start may be in the file, though not durable.
    if (known && audit_) PostNotStarted(record);
    return release::Refuse(
        release::kCannotAudit,
        fmt::format("{}+{}: nothing was started, because it cannot be recorded in the audit log: "
                    "{}; tell the gateway's administrator",
                    p.app, p.release, recorded.error().message()));
  }
  return {};
}

base::Result<record::Writer> Launcher::MakeRecording(const Understood& u,
                                                     const run::RunRecord& record,
                                                     const release::ProcessSpec& spec) const {
  const release::ProcessParts& p = spec.parts();
  record::About about{.run = record.id,
                      .app = p.app,
                      .release = p.release,
                      .person = request_.person,
                      .source = request_.address,
                      .command = record.command,
                      .argv = ShownArgv(u, p),
                      .directory = p.directory,
                      .user = p.account.name,
                      .uid = p.account.uid,
                      .gid = p.account.gid,
                      .terminal = u.pty,
                      .started = deps_.clock.Now()};
  if (u.pty) {
    about.columns = request_.start.pty->size.columns;
    about.rows = request_.start.pty->size.rows;
  }
  if (auto within = CheckShares(u); !within) return base::Fail(within.error());
  return deps_.recordings.Create(about, TermsFor(u, spec.grant()), deps_.clock);
}

void Launcher::Withdraw(const std::string& run) const {
  deps_.registry.Withdraw(run);
  (void)deps_.recordings.Remove(run);
}

void Launcher::PostNotStarted(const run::RunRecord& record) {
  audit::RunEnded ended;
  ended.run = record.id;
  ended.app = record.app;
  ended.person = record.person;
  ended.how = audit::How::kNotStarted;
  ended.status = release::kLost;
  Post(ended);
}

// A shell's argument is the whole command, so its secrets are masked here.
std::vector<std::string> Launcher::ShownArgv(const Understood& u, const release::ProcessParts& p) {
  std::vector<std::string> argv = p.argv;
  if (u.line.needs_shell) {
    for (std::string& word : argv) {
      if (word == u.line.text) word = release::ShownCommand(word);
    }
  }
  return argv;
}

std::string Launcher::Greeting(const Understood& u, const release::ProcessParts& p) const {
  const std::string commit =
      u.snapshot.commit.empty() ? "" : fmt::format(" ({})", u.snapshot.commit.substr(0, 7));
  constexpr std::string_view kDifferent = "different: ";
  const std::string web = u.parity.starts_with(kDifferent)
                              ? "; web differs: " + u.parity.substr(kDifferent.size())
                              : "";
  std::string foreign;
  for (const std::string& interpreter : u.snapshot.foreign) foreign += "; " + interpreter;
  return fmt::format("oneoff: {}+{}{} run {} as {}{}{}", p.app, p.release, commit, p.run_id,
                     request_.person, web, base::Escape(foreign, 500));
}

int Launcher::Supervise(RunEndpoints& endpoints, PrivateSpace space, base::Child command,
                        Admitted admitted, const release::ProcessParts& p) {
  const config::GatewaySettings& settings = deps_.configuration.settings;
  const bool pty = endpoints.supervisor.terminal.valid();
  std::vector<int> fds = {endpoints.control.first.get()};
  for (const base::UniqueFd& fd : endpoints.session) fds.push_back(fd.get());
  // If the session is gone, the kernel closes the descriptors in the message, and the supervisor
  // reads an end of file on its control socket.
  (void)wire::Send(session_.get(),
                   wire::Started{.channel = request_.start.channel, .run = p.run_id, .pty = pty},
                   fds);
  TellAnswered();
  run::Supervised run{
      .label = fmt::format("{}+{} run {}", p.app, p.release, p.run_id),
      .command = std::move(command),
      .entry = std::move(admitted.entry),
      .control = std::move(endpoints.control.second),
      .streams = std::move(endpoints.supervisor),
      .recording = std::move(admitted.recording),
      .may_go_on_unrecorded = admitted.may_go_on_unrecorded,
      .bounds = {.time = p.time_limit,
                 .idle = p.idle_limit.count() > 0 ? std::optional(p.idle_limit) : std::nullopt,
                 .hangup = p.hangup_signal,
                 .term_after = settings.term_after,
                 .kill_after = settings.kill_after,
                 .pause = settings.recordings.pause_limit,
                 .linger = settings.linger},
      .lease = std::move(lease_),
      .init = {.pid = space.init.pid(), .hold = std::move(space.hold)}};
  space.init.Detach();  // the supervisor reaps it, as every child
  space.devpts.Reset();
  const auto confined = BecomeSupervisor(deps_, run);
  if (!confined) deps_.log(base::Level::kError, "supervisor: " + confined.error().message());
  run::Supervisor supervisor(std::move(run), deps_.clock);
  if (confined) {
    supervisor.Run();
    return 0;
  }
  // The signal is blocked and stays pending for the supervisor, which ends the run as stopped.
  kill(getpid(), SIGTERM);
  supervisor.Run();
  return 1;
}

}  // namespace launcher
