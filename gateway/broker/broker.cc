#include "gateway/broker/broker.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "gateway/run/process_tree.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kSettleTogether{20};  // to record ends of several runs together
constexpr std::chrono::milliseconds kSettleSoon{100};
constexpr std::chrono::milliseconds kSettleLater{1000};
constexpr std::chrono::milliseconds kSettleSometime{2000};
constexpr std::chrono::milliseconds kRestartWriter{500};

// Sends SIGTERM to each supervisor, also to those of an earlier broker.
void EndRuns(const ChildTable& children, const run::Registry& registry) {
  // In a launcher that is not a supervisor yet, the signal stays pending until it is one.
  children.Signal(ChildKind::kLauncher, SIGTERM);
  // Runs of an earlier broker; this broker's own got the signal above.
  const auto runs = registry.List();
  if (!runs) return;
  for (const run::RunState& state : *runs) {
    const pid_t supervisor = state.record.supervisor;
    if (!state.supervised || supervisor <= 0 || children.Contains(supervisor)) continue;
    run::Process process;
    process.pid = supervisor;
    process.start_time = state.record.supervisor_start;
    run::SignalProcess(process, SIGTERM);
  }
}

// A launcher that has not answered yet counts as a run.
std::size_t CountRuns(const ChildTable& children, const run::Registry& registry) {
  const std::size_t count = children.Count(ChildKind::kLauncher);
  const auto runs = registry.List();
  if (!runs) return count;
  return count + static_cast<std::size_t>(
                     std::count_if(runs->begin(), runs->end(), [&](const run::RunState& state) {
                       return state.supervised && !children.Contains(state.record.supervisor);
                     }));
}

}  // namespace

void Broker::Run() {
  loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  gateways_->Listen();
  StartExporter();
  Settle();
  recording_watch_->Begin();
  loop_.Run();
  logins_->Flush();
  (void)run_ends_->Settle(
      {configuration_.settings().term_after, configuration_.settings().kill_after});
  audit_.Post(audit::ServiceStopped{.version = options_.version});
  if (audit_.keys() >= 0) loop_.Unwatch(audit_.keys());
  audit_.Close();
  export_.Close();
}

void Broker::StartExporter() {
  if (!export_.configured()) return;
  if (auto started = export_.Start(); !started) {
    log_(base::Level::kError, started.error().message());
    loop_.After(kRestartWriter, [this] { StartExporter(); });
  }
}

void Broker::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) BeginStop();
    if (info.ssi_signo == SIGUSR1) BeginDrain();
    if (info.ssi_signo == SIGHUP) (void)configuration_.ReloadOnRequest();
  }
  ReapChildren();
}

void Broker::ReapChildren() {
  bool launcher_ended = false;
  bool writer_ended = false;
  for (;;) {
    int status = 0;
    // In a loop: several children may have ended before one SIGCHLD was read (signal(7)).
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) break;
    if (pid == audit_.writer()) {
      writer_ended = true;
      continue;
    }
    if (pid == export_.exporter()) {
      export_.OnExporterEnded();
      log_(base::Level::kError, "the exporter of the audit log has ended; starting another");
      loop_.After(kRestartWriter, [this] { StartExporter(); });
      continue;
    }
    const auto kind = children_.Remove(pid, status);  // nullopt: an orphan of a lost supervisor
    launcher_ended |= kind == ChildKind::kLauncher;
    if (kind == ChildKind::kArchivist) {
      archives_->OnEnded(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
  }
  if (writer_ended) {
    if (audit_.keys() >= 0) loop_.Unwatch(audit_.keys());
    audit_.OnWriterEnded();
    log_(base::Level::kError, "the audit writer has ended; starting another");
    loop_.After(kRestartWriter, [this] { RestartAuditWriter(); });
  }
  if (launcher_ended && stopping_) {
    Settle();
  } else if (launcher_ended) {
    SettleWithin(kSettleTogether);
  }
  StopIfIdle();
}

base::Result<void> Broker::StartAuditWriter() {
  auto started = audit_.Start();
  const int keys = audit_.keys();
  if (started && keys >= 0) {
    loop_.Watch(keys, POLLIN, [this, keys](short) {
      if (!audit_.OnKeys()) loop_.Unwatch(keys);
    });
  }
  return started;
}

void Broker::RestartAuditWriter() {
  if (auto started = StartAuditWriter(); !started) {
    log_(base::Level::kError, started.error().message());
    loop_.After(kRestartWriter, [this] { RestartAuditWriter(); });
    return;
  }
  Settle();
}

void Broker::Settle() {
  using Next = RunEndRecorder::Next;
  loop_.Cancel(std::exchange(settle_timer_, 0));
  const config::GatewaySettings& settings = configuration_.settings();
  audit_.TellDropped();
  if (audit_.control() >= 0 && std::exchange(ends_unsure_, false)) {
    run_ends_->ForgetRecorded(options_.paths.audit);
  }
  const Next next = run_ends_->Settle({settings.term_after, settings.kill_after});
  // The timer also serves runs of an earlier broker: no SIGCHLD tells of their supervisors.
  const auto delay = next == Next::kSoon || stopping_ ? kSettleSoon
                     : next == Next::kLater           ? kSettleLater
                                                      : kSettleSometime;
  SettleWithin(delay);
  StartArchivist();
  StopIfIdle();
}

void Broker::StartArchivist() {
  if (stopping_) return;
  if (auto archivist = archives_->Start(configuration_.settings().recordings)) {
    children_.Add(ChildKind::kArchivist, std::move(*archivist));
  }
}

void Broker::SettleWithin(std::chrono::milliseconds delay) {
  const base::MonotonicTime at = clock_.Monotonic() + delay;
  if (settle_timer_ != 0 && settle_at_ <= at) return;
  loop_.Cancel(std::exchange(settle_timer_, 0));
  settle_at_ = at;
  settle_timer_ = loop_.After(delay, [this] { Settle(); });
}

// Gateways drain their own connections and get their own signal. The broker drains the local
// callers.
void Broker::BeginDrain() {
  if (drain_ != Drain::kNone || stopping_) return;
  drain_ = Drain::kWaits;
  local_callers_->Close();
  loop_.After(configuration_.settings().front.drain, [this] {
    drain_ = Drain::kOver;
    StopIfIdle();
  });
  StopIfIdle();
}

void Broker::BeginStop() {
  if (stopping_) {
    loop_.Stop();  // the second request to stop: wait for nothing
    return;
  }
  stopping_ = true;
  requests_->Stop();
  gateways_->Close();
  local_callers_->Close();
  if (options_.at_stop == BrokerOptions::AtStop::kEndRuns) EndRuns(children_, *registry_);
  Settle();
}

void Broker::StopIfIdle() {
  if (stopping_) {
    const bool waits = options_.at_stop == BrokerOptions::AtStop::kEndRuns;
    if (!waits || CountRuns(children_, *registry_) == 0) loop_.Stop();
    return;
  }
  if (drain_ == Drain::kNone || !gateways_->empty()) return;
  const std::size_t runs = CountRuns(children_, *registry_);
  if (drain_ == Drain::kWaits && (runs > 0 || !local_callers_->idle())) return;
  if (runs > 0) {
    log_(base::Level::kWarning, fmt::format("the drain's time is over; {} runs are left", runs));
  }
  BeginStop();
}

}  // namespace broker
