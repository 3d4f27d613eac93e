#include "gateway/broker/run_end_recorder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <set>
#include <utility>

#include "base/text.h"
#include "gateway/audit/ends.h"
#include "release/refusal.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kAdoptEvery{1000};
// How long the registry keeps an ended run, how much it keeps of one person, and how often the
// broker removes the rest.
constexpr std::chrono::hours kKeepEnded{24};
constexpr run::Registry::Shares kEndedOfPerson{.runs = 100, .bytes = 1UL << 30};
// The end of a run with more output than this makes the broker call Forget after kForgetSoon. Not
// at once, because each call reads all ended runs.
constexpr std::uint64_t kMuchOutput = 1UL << 20;
constexpr std::chrono::seconds kForgetSoon{30};
constexpr std::chrono::minutes kForgetEvery{10};
constexpr std::size_t kAtOnce = 64;  // ends in one call of record_all

audit::How AuditHow(run::How how) {
  switch (how) {
    case run::How::kExited:
      return audit::How::kExited;
    case run::How::kSignalled:
      return audit::How::kSignalled;
    case run::How::kNotStarted:
      return audit::How::kNotStarted;
    case run::How::kTimeLimit:
    case run::How::kIdleLimit:
    case run::How::kRecordingFull:
      return audit::How::kLimit;
    case run::How::kLeft:
      return audit::How::kHangup;
    case run::How::kLost:
      return audit::How::kLostLine;
    case run::How::kStopped:
      return audit::How::kStopped;
    case run::How::kSupervisorLost:
      return audit::How::kSupervisorLost;
    case run::How::kHostRestarted:
      return audit::How::kHostRestarted;
    case run::How::kCannotRecord:
      return audit::How::kCannotRecord;
  }
  return audit::How::kSupervisorLost;
}

audit::RunEnded EventOf(const run::RunRecord& record, const run::Ending& ending) {
  audit::RunEnded event;
  event.run = record.id;
  event.app = record.app;
  event.person = record.person;
  event.how = AuditHow(ending.how);
  event.status = ending.status;
  event.signal = ending.signal;
  if (ending.how == run::How::kTimeLimit) event.limit = "time";
  if (ending.how == run::How::kIdleLimit) event.limit = "idle";
  if (ending.how == run::How::kRecordingFull) event.limit = "recording";
  if (ending.how == run::How::kStopped) event.by = ending.by.value_or("the service");
  if (ending.recorded) {
    event.input_bytes = ending.recorded->input_bytes;
    event.terminal_bytes = ending.recorded->terminal_bytes;
    event.stdout_bytes = ending.recorded->stdout_bytes;
    event.stderr_bytes = ending.recorded->stderr_bytes;
    event.recording = ending.recorded->digest;
  }
  event.release_gone = ending.release_gone.value_or(false);
  event.left_behind = ending.left_behind.value_or(std::vector<std::string>());
  event.duration_ms = ending.ended_ms - std::min(ending.ended_ms, record.started_ms);
  return event;
}

}  // namespace

RunEndRecorder::Next RunEndRecorder::Settle(const Bounds& bounds) {
  const base::MonotonicTime now = deps_.clock.Monotonic();
  if (now >= adopt_next_) {
    deps_.registry.AdoptUnpublished(deps_.clock.Now());
    adopt_next_ = now + kAdoptEvery;
  }
  if (now >= forget_next_) {
    (void)deps_.registry.Forget(deps_.clock.Now() - kKeepEnded, kEndedOfPerson);
    forget_next_ = now + kForgetEvery;
  }
  std::vector<std::string> damaged;
  const auto runs = deps_.registry.ListRecords(&damaged);
  if (!runs) {
    if (!std::exchange(told_unlisted_, true)) {
      deps_.log(base::Level::kError, "cannot look for ended runs: " + runs.error().message());
    }
    return Next::kLater;
  }
  told_unlisted_ = false;
  for (const std::string& name : damaged) {
    if (!damaged_.insert(name).second) continue;
    deps_.log(base::Level::kError,
              fmt::format("runs/{}: cannot be read; look at it and remove it", base::Escape(name)));
  }
  Next next = Next::kIdle;
  std::vector<run::RunState> ended;
  for (const run::RunRecord* record : *runs) {
    // Its supervisor lives, or SIGCHLD will tell. This saves opening the run's file.
    if (record->boot == boot_ && deps_.is_own_child(record->supervisor)) continue;
    auto state = deps_.registry.Find(record->id);
    if (!state || state->supervised) continue;
    // The end is recorded only when nothing of the run is left.
    if (const auto leftovers = LeftoversOf(*state); !leftovers.empty()) {
      EndLeftovers(record->id, leftovers, bounds);
      next = Next::kSoon;
    } else if (ended.size() < kAtOnce) {
      ended.push_back(std::move(*state));
    } else {
      next = Next::kSoon;
    }
  }
  const Next recorded = ended.empty() ? Next::kIdle : Record(ended);
  return recorded == Next::kLater ? recorded : next;
}

RunEndRecorder::Next RunEndRecorder::Record(const std::vector<run::RunState>& ended) {
  std::vector<audit::Event> events;
  events.reserve(ended.size());
  for (const run::RunState& state : ended) {
    events.emplace_back(EventOf(state.record, EndingOf(state)));
  }
  const auto outcomes = deps_.record_all(events);
  Next next = Next::kIdle;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const std::string& id = ended[i].record.id;
    if (!outcomes[i]) {
      next = Next::kLater;
      if (std::exchange(told_, true)) continue;
      deps_.log(base::Level::kError, fmt::format("ends of runs are not in the audit log yet: {}",
                                                 outcomes[i].error().message()));
      continue;
    }
    ending_.erase(id);
    if (const auto& ending = ended[i].ending; ending && ending->release_gone) {
      const run::RunRecord& record = ended[i].record;
      deps_.log(base::Level::kWarning,
                fmt::format("{}+{} run {}: its release was removed while it ran; to keep a "
                            "release in use, let the clean-up lock it: flock -n -x releases/ID "
                            "rm -rf releases/ID",
                            record.app, record.release, id));
    }
    if (deps_.registry.OutputBytes(id) > kMuchOutput) {
      forget_next_ = std::min(forget_next_, deps_.clock.Monotonic() + kForgetSoon);
    }
    if (auto removed = deps_.registry.Retire(id); !removed) {
      deps_.log(base::Level::kError, removed.error().message());
    }
    deps_.settled(id);
  }
  if (next == Next::kIdle) told_ = false;
  return next;
}

std::vector<run::Process> RunEndRecorder::LeftoversOf(const run::RunState& state) const {
  if (state.record.boot != boot_ || (state.ending && state.ending->complete)) return {};
  auto processes = run::AllProcesses();
  const run::Leader leader = state.leader.value_or(run::Leader{});
  // The kernel reuses a session's id only after the session's last process has gone. Then a process
  // with that pid began later than the run's leader.
  const bool reused = std::any_of(processes.begin(), processes.end(), [&](const run::Process& p) {
    return p.pid == leader.pid && p.start_time != leader.start_time;
  });
  std::erase_if(processes, [&](const run::Process& p) {
    if (p.state == 'Z') return true;
    // This process is a subreaper: a child that it did not fork is an orphan of a lost supervisor.
    if (p.parent == getpid()) return deps_.is_own_child(p.pid);
    const bool of_session = leader.pid > 0 && p.session == leader.pid && !reused;
    return !of_session || p.start_time < leader.start_time ||
           run::OwnerOf(p.pid) != state.record.uid;
  });
  return processes;
}

void RunEndRecorder::EndLeftovers(const std::string& id, const std::vector<run::Process>& leftovers,
                                  const Bounds& bounds) {
  const base::MonotonicTime now = deps_.clock.Monotonic();
  const auto [entry, is_new] = ending_.try_emplace(id, Ending{now, Stage::kHup});
  if (is_new) {
    deps_.log(base::Level::kError,
              fmt::format("run {}: its supervisor is gone; ending the {} processes it left", id,
                          leftovers.size()));
  }
  Ending& ending = entry->second;
  int signal = 0;
  if (ending.next == Stage::kHup) {
    signal = SIGHUP;
    ending.next = Stage::kTerm;
  } else if (ending.next == Stage::kTerm && now >= ending.since + bounds.term_after) {
    signal = SIGTERM;
    ending.next = Stage::kKill;
  } else if (now >= ending.since + bounds.term_after + bounds.kill_after) {
    signal = SIGKILL;
  }
  if (signal == 0) return;
  for (const run::Process& process : leftovers) {
    run::SignalProcess(process, signal);
    if (signal != SIGKILL) run::SignalProcess(process, SIGCONT);
  }
}

run::Ending RunEndRecorder::EndingOf(const run::RunState& state) const {
  if (state.ending) return *state.ending;
  run::Ending ending;
  ending.how = state.record.boot == boot_ ? run::How::kSupervisorLost : run::How::kHostRestarted;
  ending.status = release::kLost;
  ending.ended_ms = static_cast<std::uint64_t>(deps_.clock.Now().time_since_epoch().count());
  return ending;
}

void RunEndRecorder::ForgetRecorded(const std::string& folder) {
  const auto runs = deps_.registry.List();
  if (!runs) return;
  std::set<std::string> left;
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const run::RunState& state : *runs) {
    if (state.supervised) continue;
    left.insert(state.record.id);
    first = std::min(first, state.record.started_ms);
  }
  if (left.empty()) return;
  const base::WallTime since{std::chrono::milliseconds(static_cast<std::int64_t>(first))};
  const auto ended = audit::RunsWithAnEnd(folder, left, base::FormatUtcDay(since));
  if (!ended) {
    deps_.log(base::Level::kError, "reading the audit log: " + ended.error().message());
    return;
  }
  for (const std::string& id : *ended) {
    (void)deps_.registry.Retire(id);
    deps_.settled(id);
  }
}

}  // namespace broker
