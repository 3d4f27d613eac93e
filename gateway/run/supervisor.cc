#include "gateway/run/supervisor.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/signal_fd.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/pty.h"
#include "gateway/wire/transport.h"
#include "release/lease.h"

namespace run {
namespace {

constexpr std::chrono::milliseconds kKillAgain{50};
// A process that ends within this time of the command was not left behind.
constexpr std::chrono::milliseconds kTogether{100};

// Exit statuses for runs that the gateway ends; 0 where the command's own status counts.
int StatusOf(How how) {
  switch (how) {
    case How::kTimeLimit:
    case How::kIdleLimit:
      return 124;
    case How::kLeft:
    case How::kLost:
      return 128 + SIGHUP;
    case How::kStopped:
      return 128 + SIGTERM;
    case How::kCannotRecord:
    case How::kRecordingFull:
      return 73;
    default:
      return 0;
  }
}

}  // namespace

base::Result<base::UniqueFd> OpenSupervisorsSignals() {
  return base::OpenSignalFd(base::SignalSet({SIGCHLD, SIGTERM}));
}

Supervisor::Supervisor(Supervised run, const base::Clock& clock)
    : run_(std::move(run)),
      clock_(clock),
      loop_(clock),
      recorder_(loop_, clock, std::move(run_.recording), run_.bounds.pause,
                {.on_resumed = [this] { OnRecordingResumed(); },
                 .on_expired = [this] { OnRecordingFailed(); },
                 .on_full = [this] { OnRecordingFull(); },
                 .on_warning = [this](const std::string& what) { Say(what); }}),
      streams_(loop_, std::move(run_.streams), recorder_.writer(),
               run_.output ? &*run_.output : nullptr,
               {[this] { OnMoved(); },
                [this] {
                  TellIfPassed();
                  FinishIfOver();
                }}),
      management_(loop_, std::move(run_.management),
                  {[this](const wire::Attach& m, std::vector<base::UniqueFd> fds) {
                     return OnAttach(m, std::move(fds));
                   },
                   [this](const wire::Detach& m) { return OnDetach(m); },
                   [this](const wire::Stop& m) { return OnStop(m); }}),
      client_(run_.starter),
      attached_(run_.control.valid()),
      leader_(run_.command.pid()) {
  run_.command.Detach();  // Reap collects it like every other child
}

Ending Supervisor::Run() {
  WatchSignals();
  if (attached_) WatchControl(std::move(run_.control));
  if (run_.bounds.time) loop_.After(*run_.bounds.time, [this] { End(How::kTimeLimit); });
  ArmIdle();
  Reap();  // the command may have ended before SIGCHLD was watched
  loop_.Run();
  if (ending_) {
    streams_.Preserve();
    ending_->recorded = recorder_.End();
    // If this fails, the broker finds an incomplete ending or none. Then it looks for processes
    // that are left, or records a lost supervisor.
    if (run_.entry) (void)run_.entry->WriteEnding(*ending_);
  }
  return ending_.value_or(Ending{});
}

void Supervisor::WatchSignals() {
  // The launcher was born with both signals blocked, so one that came earlier is pending and is
  // read here.
  loop_.Watch(run_.signals.get(), POLLIN, [this](short) {
    signalfd_siginfo info{};
    while (read(run_.signals.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGTERM) End(How::kStopped);
    }
    Reap();
  });
}

void Supervisor::ArmIdle() {
  if (!run_.bounds.idle) return;
  loop_.Cancel(idle_timer_);
  idle_timer_ = loop_.After(*run_.bounds.idle, [this] { End(How::kIdleLimit); });
}

void Supervisor::End(How how) {
  if (ending_as_ || ending_) return;
  ending_as_ = how;
  SignalForeground(run_.bounds.hangup);
  // In steps, so that a program has time to end in its own way: many only know TERM.
  loop_.After(run_.bounds.term_after, [this] {
    SignalTree(SIGTERM);
    loop_.After(run_.bounds.kill_after, [this] { KillUntilGone(); });
  });
}

void Supervisor::SignalForeground(int signal) {
  if (ending_) return;  // the leader is reaped, so the kernel may have reused its pid
  kill(-leader_, signal);
  const bool wakes = signal == SIGHUP || signal == run_.bounds.hangup;
  if (wakes) kill(-leader_, SIGCONT);  // a stopped process does not run its handler
  const pid_t foreground = streams_.Foreground();
  if (foreground == 0 || foreground == leader_) return;
  // The terminal may name a group that has ended, and its id may be reused. So only processes of
  // this run's session get the signal.
  for (const Process& process : AllProcesses()) {
    if (process.group != foreground || process.session != leader_) continue;
    SignalProcess(process, signal);
    if (wakes) SignalProcess(process, SIGCONT);
  }
}

void Supervisor::SignalTree(int signal) {
  bool leader_seen = false;
  for (const Process& process : DescendantsOf(getpid(), AllProcesses())) {
    leader_seen |= process.pid == leader_;
    if (process.state == 'Z') continue;
    SignalProcess(process, signal);
    if (signal != SIGKILL) SignalProcess(process, SIGCONT);
  }
  if (leader_seen || ending_) return;
  // /proc may hide other users' processes (hidepid, proc(5)). Then signal at least the command's
  // group.
  kill(-leader_, signal);
  kill(-leader_, SIGCONT);
}

void Supervisor::KillUntilGone() {
  if (tree_gone_) return;
  SignalTree(SIGKILL);
  // Repeat: a fork in progress may have escaped this round.
  loop_.After(kKillAgain, [this] { KillUntilGone(); });
}

void Supervisor::OnMoved() {
  recorder_.Look();
  if (!ending_) ArmIdle();
  TellIfPassed();
  FinishIfOver();
}

void Supervisor::OnRecordingResumed() {
  streams_.Resume();
  TellIfPassed();
  FinishIfOver();
}

// Output that could not be recorded is not delivered either.
void Supervisor::OnRecordingFailed() {
  streams_.Discard();
  if (ending_ && !told_) {
    ending_->how = How::kCannotRecord;
    ending_->status = StatusOf(How::kCannotRecord);
  }
  End(How::kCannotRecord);
  TellIfPassed();
  FinishIfOver();
}

void Supervisor::Reap() {
  std::optional<int> command_status;
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid == leader_ && !ending_) command_status = status;
    if (pid > 0) continue;
    // No child is left. As this process is the subreaper, each process of the tree would be its
    // child by now.
    tree_gone_ = pid < 0 && errno == ECHILD;
    break;
  }
  // After the loop, when tree_gone_ is known: a command without leftovers is told of at once.
  if (command_status) OnCommandEnded(*command_status);
  if (ending_ && tree_gone_) {
    OnTreeGone();
    TellIfPassed();
  }
  FinishIfOver();
}

void Supervisor::OnTreeGone() {
  if (ending_->complete) return;
  ending_->complete = true;
  looking_ = false;
  streams_.TreeGone();
}

void Supervisor::OnCommandEnded(int wait_status) {
  Ending ending;
  ending.signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  ending.status = ending.signal != 0 ? 128 + ending.signal : WEXITSTATUS(wait_status);
  ending.how = ending.signal != 0 ? How::kSignalled : How::kExited;
  if (ending_as_) {
    ending.how = *ending_as_;
    ending.status = StatusOf(*ending_as_);
    if (!stopped_by_.empty()) ending.by = stopped_by_;
  }
  ending.ended_ms = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  if (release::IsGone(run_.lease)) ending.release_gone = true;
  ending_ = ending;
  // The init of a private run now ends as soon as no process is left in its namespace.
  run_.init.hold.Reset();
  loop_.Cancel(idle_timer_);
  // Written twice in this case: if this process is lost while leftovers live, the command's own
  // status is still known.
  if (run_.entry && !tree_gone_) (void)run_.entry->WriteEnding(ending);
  // Before the relays: they tell at once when everything has passed.
  if (!ending_as_ && !tree_gone_) {
    looking_ = true;
    loop_.After(std::min(kTogether, run_.bounds.linger / 2), [this] { LookForLeftovers(); });
    loop_.After(run_.bounds.linger, [this] { EndLeftovers(); });
  }
  streams_.CommandEnded();
  if (tree_gone_) OnTreeGone();
  TellIfPassed();
}

// The session must get the command's output before it learns of the end.
void Supervisor::TellIfPassed() {
  if (!ending_ || told_ || looking_ || !streams_.HasPassedMark()) return;
  told_ = true;
  Tell();
}

void Supervisor::FinishIfOver() {
  if (ending_ && tree_gone_ && streams_.done()) loop_.Stop();
}

}  // namespace run
