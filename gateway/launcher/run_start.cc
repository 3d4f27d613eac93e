#include "gateway/launcher/run_start.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/child.h"
#include "base/text.h"
#include "gateway/launcher/kept_runs.h"
#include "gateway/launcher/run_limits.h"
#include "gateway/launcher/run_recording.h"
#include "gateway/launcher/session_sockets.h"
#include "gateway/role/birth.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/supervisor.h"
#include "gateway/wire/transport.h"
#include "release/launch.h"

namespace launcher {
namespace {

constexpr std::chrono::seconds kAuditDeadline{10};
constexpr std::uint64_t kOutputKept = 64UL << 20;  // bytes of each stream

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
  std::vector<int> keep = {run.management.get(), run.output ? run.output->fd() : -1,
                           run.entry->fd(),      run.signals.get(),
                           run.control.get(),    run.command.pidfd(),
                           s.master.get(),       s.terminal.get(),
                           s.in.get(),           s.out.get(),
                           s.err.get(),          s.client_in.get(),
                           s.client_out.get(),   s.client_err.get()};
  if (run.recording) {
    for (const int fd : run.recording->fds()) keep.push_back(fd);
  }
  keep.push_back(run.lease.get());
  keep.push_back(run.init.hold.get());
  return role::Assume(role::kSupervisor,
                      {.keep = std::move(keep), .user = deps.recorder, .log = deps.lines});
}

// A shell's argument is the whole command, so its secrets are masked here.
std::vector<std::string> ShownArgv(const Understood& u, const release::ProcessParts& p) {
  std::vector<std::string> argv = p.argv;
  if (u.line.needs_shell) {
    for (std::string& word : argv) {
      if (word == u.line.text) word = release::ShownCommand(word);
    }
  }
  return argv;
}

}  // namespace

int RunStart::Start() {
  const auto id = run::NewRunId();
  if (!id) return asked_.Reject(Lost("start", id.error()));
  auto parts = Describe(asked_, understood_, grant_, *id);
  if (!parts) return asked_.Reject(parts.error());
  const auto spec = release::ProcessSpec::Make(grant_, std::move(*parts));
  if (!spec) return asked_.Reject(Lost("start", spec.error()));
  const release::ProcessParts& p = spec->parts();
  auto space = MakeSpace(p);
  if (!space) return asked_.Reject(space.error());
  const auto client = understood_.line.run.detached ? RunEndpoints::Client::kDetached
                                                    : RunEndpoints::Client::kAttached;
  auto endpoints = RunEndpoints::Connect(understood_.pty ? &*asked_.request.start.pty : nullptr,
                                         p.account.uid, space->devpts.get(), client);
  if (!endpoints) return asked_.Reject(Lost("start", endpoints.error()));
  auto signals = run::OpenSupervisorsSignals();
  if (!signals) return asked_.Reject(Lost("start", signals.error()));
  const auto record = MakeRecord(p);
  if (!record) return asked_.Reject(Lost("start", record.error()));
  auto admitted = Admit(*record, *spec);
  if (!admitted) return asked_.Reject(admitted.error());

  // prctl(2): orphans of the command become children of this process, so that it can end and reap
  // them.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  auto command = release::Launch(*spec, endpoints->stdio, space->devpts.get());
  if (!command) {
    (void)admitted->entry.WriteEnding(
        {.how = run::How::kNotStarted,
         .status = command.error().status,
         .ended_ms = record->started_ms,
         .complete = true,
         .recorded = run::Recorded{.digest = admitted->recording ? admitted->recording->End()
                                                                 : std::string()}});
    return asked_.Answer({.status = command.error().status,
                          .out = "",
                          .err = "oneoff: " + command.error().message + "\n"});
  }
  const auto leader = run::Look(command->pid());
  // If the supervisor is lost, the broker finds the processes that it left by the leader's session.
  (void)admitted->entry.WriteLeader(
      {.pid = command->pid(), .start_time = leader ? leader->start_time : 0});
  // The command has its own copies. With these, the end of its output would never be seen.
  endpoints->command.clear();
  Greet(*endpoints, *spec, admitted->unrecorded);
  admitted->signals = std::move(*signals);
  return Supervise(*endpoints, std::move(*space), std::move(*command), std::move(*admitted), p);
}

base::Result<run::RunRecord> RunStart::MakeRecord(const release::ProcessParts& p) const {
  auto boot = run::BootId();
  if (!boot) return base::Fail(std::move(boot.error()));
  // Pid and start time name this process beyond a reuse of the pid (proc(5)).
  const auto self = run::Look(getpid());
  return run::RunRecord{
      .id = p.run_id,
      .app = p.app,
      .release = p.release,
      .person = asked_.request.person,
      .command = release::ShownCommand(understood_.line.text),
      .started_ms = static_cast<std::uint64_t>(asked_.deps.clock.Now().time_since_epoch().count()),
      .boot = std::move(*boot),
      .uid = p.account.uid,
      .supervisor = getpid(),
      .supervisor_start = self ? self->start_time : 0,
      .source = asked_.request.address,
      .terminal = understood_.pty,
      .detached = understood_.line.run.detached,
      .release_names = understood_.snapshot.names,
      .stands_for = understood_.question.stands_for,
      .opaque = understood_.question.opaque};
}

release::Outcome<PrivateSpace> RunStart::MakeSpace(const release::ProcessParts& p) const {
  if (!p.private_run) return PrivateSpace();
  auto space = PrivateSpace::Make(asked_.deps.recorder, asked_.deps.lines, asked_.deps.log);
  if (space) return std::move(*space);
  asked_.deps.log(base::Level::kError, fmt::format("a private run of {} cannot be walled off: {}",
                                                   p.app, space.error().message()));
  return release::Refuse(
      release::kLost,
      fmt::format("{}+{}: nothing was started, because {} asks for a private run, and this host "
                  "does not let it be walled off: {}; tell the gateway's administrator",
                  p.app, p.release, p.why_private, space.error().message()));
}

void RunStart::Greet(RunEndpoints& endpoints, const release::ProcessSpec& spec,
                     const std::string& unrecorded) const {
  const release::ProcessParts& p = spec.parts();
  const std::string run = fmt::format("oneoff: {}+{} run {}", p.app, p.release, p.run_id);
  if (understood_.pty) endpoints.Greet(Greeting(p));
  if (understood_.pty) {
    for (const std::string& line : KeptRunsOf(asked_, p.app)) endpoints.Greet(line);
  }
  if (understood_.pty && TermsFor(asked_, understood_, grant_).unechoed) {
    endpoints.Greet(run + ": EVERY KEY IS RECORDED, also what is not shown, such as passwords");
  }
  for (const std::string& note : asked_.NotesOnFiles()) endpoints.Greet("oneoff: " + note);
  if (!unrecorded.empty()) endpoints.Greet(run + ": THIS RUN IS NOT RECORDED: " + unrecorded);
}

release::Outcome<RunStart::Admitted> RunStart::Admit(const run::RunRecord& record,
                                                     const release::ProcessSpec& spec) {
  const release::ProcessParts& p = spec.parts();
  // Holds the lock until the run is counted. The lock is not held while the run is recorded.
  auto admission = asked_.deps.registry.LockAdmission();
  if (!admission) return Untracked(p, admission.error());
  if (auto within = CheckLimits(asked_, *understood_.app); !within)
    return tl::unexpected(within.error());
  // Created under the lock: from here on other launchers count this run.
  auto entry = asked_.deps.registry.Create(record);
  if (!entry) return Untracked(p, entry.error());
  admission->Reset();
  auto recording = MakeRecording(record, spec);
  std::string unrecorded;
  if (!recording) {
    unrecorded = recording.error().message();
    asked_.deps.log(base::Level::kError, fmt::format("run {} of {} cannot be recorded: {}",
                                                     record.id, p.app, unrecorded));
  }
  // Fails closed: a run that must be recorded does not start without a recording.
  if (!recording && !spec.grant().unrecorded()) {
    asked_.deps.registry.Withdraw(record.id);
    return release::Refuse(
        release::kCannotRecord,
        fmt::format("{}+{}: nothing was started, because it cannot be recorded: {}; tell the "
                    "gateway's administrator",
                    p.app, p.release, unrecorded));
  }
  if (auto recorded = RecordStart(record, spec, unrecorded); !recorded) {
    return tl::unexpected(recorded.error());
  }
  if (auto published = asked_.deps.registry.Publish(record.id); !published) {
    Withdraw(record.id);
    PostNotStarted(record);
    return Untracked(p, published.error());
  }
  Admitted admitted{std::move(*entry), std::nullopt, std::move(unrecorded),
                    spec.grant().unrecorded(), base::UniqueFd()};
  if (recording) admitted.recording.emplace(std::move(*recording));
  return admitted;
}

// The event is durable before the command starts. `unrecorded`: why there is no recording, or
// empty.
release::Outcome<void> RunStart::RecordStart(const run::RunRecord& record,
                                             const release::ProcessSpec& spec,
                                             const std::string& unrecorded) {
  const release::ProcessParts& p = spec.parts();
  const audit::RunStarted started{.run = record.id,
                                  .app = p.app,
                                  .release = p.release,
                                  .release_names = understood_.snapshot.names,
                                  .commit = understood_.snapshot.commit,
                                  .directory = p.directory,
                                  .person = asked_.request.person,
                                  .key = asked_.request.fingerprint,
                                  .source = asked_.request.address,
                                  .rule = spec.grant().rule(),
                                  .command = release::ShownCommand(understood_.line.text),
                                  .argv = ShownArgv(understood_, p),
                                  .user = p.account.name,
                                  .pty = understood_.pty,
                                  .configuration = asked_.deps.configuration.digest,
                                  .certificate = asked_.admission.certificate,
                                  .unrecorded = unrecorded,
                                  .parity = understood_.parity,
                                  .variables = VariablesOf(asked_, understood_, grant_),
                                  .env_dropped = LeftOut(asked_, grant_),
                                  .private_run = p.private_run};
  base::Result<std::uint64_t> recorded = base::Fail(base::Code::kUnavailable, "no audit writer");
  if (asked_.audit) recorded = asked_.audit->Record(started, kAuditDeadline);
  if (!recorded) {
    if (recorded.error().code() == base::Code::kDenied) {
      Withdraw(record.id);
      return release::Refuse(release::kBusy,
                             fmt::format("{}+{}: nothing was started: {}; try again later", p.app,
                                         p.release, recorded.error().message()));
    }
    // A writer that did not answer may have recorded the start. Then the run's file stays, and the
    // broker records the end of a run that never began.
    const bool known = !asked_.audit || recorded.error().code() == base::Code::kSystem;
    if (known) Withdraw(record.id);
    // The event of the start may be in the file, though not durable.
    if (known && asked_.audit) PostNotStarted(record);
    return release::Refuse(
        release::kCannotAudit,
        fmt::format("{}+{}: nothing was started, because it cannot be recorded in the audit log: "
                    "{}; tell the gateway's administrator",
                    p.app, p.release, recorded.error().message()));
  }
  return {};
}

base::Result<record::Writer> RunStart::MakeRecording(const run::RunRecord& record,
                                                     const release::ProcessSpec& spec) const {
  const release::ProcessParts& p = spec.parts();
  record::About about{.run = record.id,
                      .app = p.app,
                      .release = p.release,
                      .person = asked_.request.person,
                      .source = asked_.request.address,
                      .command = record.command,
                      .argv = ShownArgv(understood_, p),
                      .directory = p.directory,
                      .user = p.account.name,
                      .uid = p.account.uid,
                      .gid = p.account.gid,
                      .terminal = understood_.pty,
                      .started = asked_.deps.clock.Now()};
  if (understood_.pty) {
    about.columns = asked_.request.start.pty->size.columns;
    about.rows = asked_.request.start.pty->size.rows;
  }
  if (auto within = CheckShares(asked_, understood_); !within) return base::Fail(within.error());
  return asked_.deps.recordings.Create(about, TermsFor(asked_, understood_, grant_),
                                       asked_.deps.clock);
}

void RunStart::Withdraw(const std::string& run) const {
  asked_.deps.registry.Withdraw(run);
  (void)asked_.deps.recordings.Remove(run);
}

void RunStart::PostNotStarted(const run::RunRecord& record) {
  audit::RunEnded ended;
  ended.run = record.id;
  ended.app = record.app;
  ended.person = record.person;
  ended.how = audit::How::kNotStarted;
  ended.status = release::kLost;
  asked_.Post(ended);
}

std::string RunStart::Greeting(const release::ProcessParts& p) const {
  const std::string commit = understood_.snapshot.commit.empty()
                                 ? ""
                                 : fmt::format(" ({})", understood_.snapshot.commit.substr(0, 7));
  constexpr std::string_view kDifferent = "different: ";
  const std::string web = understood_.parity.starts_with(kDifferent)
                              ? "; web differs: " + understood_.parity.substr(kDifferent.size())
                              : "";
  std::string foreign;
  for (const std::string& interpreter : understood_.snapshot.foreign) foreign += "; " + interpreter;
  return fmt::format("oneoff: {}+{}{} run {} as {}{}{}", p.app, p.release, commit, p.run_id,
                     asked_.request.person, web, base::Escape(foreign, 500));
}

void RunStart::TellStarted(const RunEndpoints& endpoints, const release::ProcessParts& p) {
  if (understood_.line.run.detached) {
    const std::string attach =
        asked_.Typed("oneoff", "attach " + p.run_id, understood_.pty ? "-t" : "");
    (void)asked_.Answer(
        {.status = 0,
         .out = p.run_id + "\n",
         .err = fmt::format("{}; it goes on without you; come back: {}\n", Greeting(p), attach)});
    return;
  }
  SendStarted(asked_, p.run_id, endpoints.control.first, endpoints.session);
}

// nullopt: the run has a terminal, hangs up without a client, or the log cannot be made. In the
// last case the supervisor keeps up to 4 MiB of each stream in memory.
std::optional<run::OutputLog> RunStart::MakeOutput(const release::ProcessParts& p,
                                                   const DisconnectTerms& terms) const {
  constexpr auto kHangUp = config::Disconnect::Action::kHangUp;
  if (understood_.pty || (terms.left.action == kHangUp && terms.lost.action == kHangUp)) {
    return std::nullopt;
  }
  auto output = run::OutputLog::Create(asked_.deps.registry.outputs(), p.run_id, kOutputKept);
  if (output) return std::move(*output);
  asked_.deps.log(base::Level::kWarning, fmt::format("run {}: its output is not kept: {}", p.run_id,
                                                     output.error().message()));
  return std::nullopt;
}

int RunStart::Supervise(RunEndpoints& endpoints, PrivateSpace space, base::Child command,
                        Admitted admitted, const release::ProcessParts& p) {
  const config::GatewaySettings& settings = asked_.deps.configuration.settings;
  const DisconnectTerms terms = DisconnectTermsOf(p, settings, understood_.line.run.detached);
  // Before the client knows the run's id, so that the client can manage the run at once.
  auto management = asked_.deps.management.Listen(p.run_id);
  if (!management) {
    asked_.deps.log(base::Level::kError,
                    fmt::format("run {}: it cannot be attached to or stopped: {}", p.run_id,
                                management.error().message()));
  }
  std::optional<run::OutputLog> output = MakeOutput(p, terms);
  TellStarted(endpoints, p);
  run::Supervised run{
      .label = fmt::format("{}+{} run {}", p.app, p.release, p.run_id),
      .command = std::move(command),
      .entry = std::move(admitted.entry),
      .signals = std::move(admitted.signals),
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
                 .linger = settings.linger,
                 .left = terms.left,
                 .lost = terms.lost},
      .starter = {asked_.request.person, asked_.request.address},
      .management = management ? std::move(*management) : base::UniqueFd(),
      .output = std::move(output),
      .lease = std::move(understood_.lease),
      .init = {.pid = space.init.pid(), .hold = std::move(space.hold)}};
  space.init.Detach();  // the supervisor reaps it, as every child
  space.devpts.Reset();
  const auto confined = BecomeSupervisor(asked_.deps, run);
  if (!confined) asked_.deps.log(base::Level::kError, "supervisor: " + confined.error().message());
  run::Supervisor supervisor(std::move(run), asked_.deps.clock);
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
