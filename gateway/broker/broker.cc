#include "gateway/broker/broker.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/text.h"
#include "gateway/run/process_tree.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kSettleTogether{20};  // to record ends of several runs together
constexpr std::chrono::milliseconds kSettleSoon{100};
constexpr std::chrono::milliseconds kSettleLater{1000};
constexpr std::chrono::milliseconds kSettleSometime{2000};
constexpr std::chrono::milliseconds kWatchRecordings{5000};
constexpr std::chrono::milliseconds kRestartWriter{500};
constexpr std::size_t kSpareDescriptors = 2;  // as many as one packet carries

}  // namespace

void Broker::Run() {
  spare_.emplace(signals_.get(), kSpareDescriptors);
  loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  loop_.Watch(listener_.get(), POLLIN, [this](short) { OnGateway(); });
  OpenLocalListener();
  StartExporter();
  Settle();
  WatchRecordings();
  loop_.Run();
  if (!failed_tries_.empty()) FlushFailedTries();
  (void)run_ends_->Settle({configuration_.settings.term_after, configuration_.settings.kill_after});
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
    if (info.ssi_signo == SIGHUP) {
      WatchFiles();
      Reload();
    }
  }
  ReapChildren();
}

std::string_view Broker::NameOf(Kind kind) {
  switch (kind) {
    case Kind::kMonitor:
      return "monitor";
    case Kind::kLocalMonitor:
      return "local monitor";
    case Kind::kLauncher:
      return "supervisor";
    case Kind::kArchivist:
      return "archivist";
  }
  return "process";
}

void Broker::Keep(Kind kind, base::Child process) {
  const pid_t pid = process.pid();
  children_.insert_or_assign(pid, Helper{kind, std::move(process)});
}

Broker::~Broker() {
  for (auto& [_, helper] : children_) helper.process.Detach();
}

void Broker::ReapChildren() {
  bool launcher_ended = false;
  bool writer_ended = false;
  for (;;) {
    int status = 0;
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
    const auto found = children_.find(pid);
    if (found == children_.end()) continue;  // an orphan of a lost supervisor
    const std::string_view name = NameOf(found->second.kind);
    if (WIFSIGNALED(status)) {
      log_(base::Level::kError,
           fmt::format("a {} ({}) was killed by signal {}", name, pid, WTERMSIG(status)));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == base::Child::kThrew) {
      log_(base::Level::kError,
           fmt::format("a {} ({}) ended early: out of memory, most likely", name, pid));
    }
    launcher_ended |= found->second.kind == Kind::kLauncher;
    if (found->second.kind == Kind::kArchivist) {
      archives_->OnEnded(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    found->second.process.Detach();
    children_.erase(found);
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
  const config::GatewaySettings& settings = configuration_.settings;
  audit_.TellDropped();
  if (audit_.control() >= 0 && std::exchange(ends_unsure_, false)) ForgetRecordedEnds();
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
  if (auto archivist = archives_->Start(configuration_.settings.recordings)) {
    Keep(Kind::kArchivist, std::move(*archivist));
  }
}

void Broker::WatchRecordings() {
  recording_watch_->Look();
  loop_.After(kWatchRecordings, [this] { WatchRecordings(); });
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
  loop_.After(configuration_.settings.front.drain, [this] {
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
  RefuseQueued();
  loop_.Unwatch(listener_.get());
  local_callers_->Close();
  if (options_.at_stop == BrokerOptions::AtStop::kEndRuns) EndRuns();
  Settle();
}

void Broker::EndRuns() {
  for (const auto& [_, helper] : children_) {
    // In a launcher that is not a supervisor yet, the signal stays pending until it is one.
    if (helper.kind == Kind::kLauncher) (void)helper.process.Signal(SIGTERM);
  }
  const auto runs = registry_->List();
  if (!runs) return;
  for (const run::RunState& state : *runs) {
    const pid_t supervisor = state.record.supervisor;
    if (!state.supervised || supervisor <= 0 || children_.contains(supervisor)) continue;
    run::Process process;
    process.pid = supervisor;
    process.start_time = state.record.supervisor_start;
    run::SignalProcess(process, SIGTERM);
  }
}

// A launcher that has not answered yet counts as a run.
std::size_t Broker::CountRuns() const {
  std::size_t count = 0;
  for (const auto& [_, helper] : children_) count += helper.kind == Kind::kLauncher ? 1 : 0;
  const auto runs = registry_->List();
  if (!runs) return count;
  return count + static_cast<std::size_t>(
                     std::count_if(runs->begin(), runs->end(), [this](const run::RunState& state) {
                       return state.supervised && !children_.contains(state.record.supervisor);
                     }));
}

void Broker::StopIfIdle() {
  if (stopping_) {
    const bool waits = options_.at_stop == BrokerOptions::AtStop::kEndRuns;
    if (!waits || CountRuns() == 0) loop_.Stop();
    return;
  }
  if (drain_ == Drain::kNone || !gateways_.empty()) return;
  const std::size_t runs = CountRuns();
  if (drain_ == Drain::kWaits && (runs > 0 || !local_callers_->idle())) return;
  if (runs > 0) {
    log_(base::Level::kWarning, fmt::format("the drain's time is over; {} runs are left", runs));
  }
  BeginStop();
}

}  // namespace broker
