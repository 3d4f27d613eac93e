#include "gateway/cli/app_run.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "base/signal_fd.h"
#include "release/refusal.h"

namespace cli {
namespace {

constexpr std::chrono::milliseconds kLinger{2000};  // for processes that outlive the command

struct PassedOn {
  int number;
  std::string_view name;  // as in RFC 4254 6.10
};
constexpr std::array<PassedOn, 6> kPassedOn = {{{SIGINT, "INT"},
                                                {SIGTERM, "TERM"},
                                                {SIGHUP, "HUP"},
                                                {SIGQUIT, "QUIT"},
                                                {SIGUSR1, "USR1"},
                                                {SIGUSR2, "USR2"}}};

// The caller may have had SIGHUP ignored, as nohup(1) does.
bool IsIgnored(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

base::Result<std::unique_ptr<AppRun>> AppRun::Create(const wire::Started& started,
                                                     std::vector<base::UniqueFd> fds,
                                                     const base::Clock& clock) {
  const std::size_t expected = started.pty ? 2 : 4;
  if (fds.size() != expected) return base::Fail(base::Code::kInvalid, "its streams did not come");
  base::UniqueFd control = std::move(fds.front());
  fds.erase(fds.begin());
  if (started.pty) {
    // Each direction has its own descriptor, because the loop watches each on its own.
    auto copy = fds.front().Duplicate();
    if (!copy) return base::Fail(std::move(copy.error()));
    fds.push_back(std::move(*copy));
  }
  for (const base::UniqueFd& fd : fds) {
    if (auto set = base::SetNonBlocking(fd.get()); !set) return base::Fail(std::move(set.error()));
  }
  std::unique_ptr<AppRun> run(new AppRun(std::move(control), std::move(fds), started.pty, clock));
  if (auto done = run->WatchSignals(); !done) return base::Fail(std::move(done.error()));
  return run;
}

AppRun::AppRun(base::UniqueFd control, std::vector<base::UniqueFd> streams, bool pty,
               const base::Clock& clock)
    : loop_(clock),
      streams_(std::move(streams)),
      pty_(pty),
      control_(loop_, clock, std::move(control)) {}

AppRun::~AppRun() {
  terminal_.Restore();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

base::Result<void> AppRun::WatchSignals() {
  sigset_t set = base::SignalSet({SIGWINCH});
  for (const PassedOn& signal : kPassedOn) {
    if (!IsIgnored(signal.number)) sigaddset(&set, signal.number);
  }
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  auto signals = base::OpenSignalFd(set);
  if (!signals) return base::Fail(std::move(signals.error()));
  signals_ = std::move(*signals);
  loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  return {};
}

void AppRun::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGWINCH && pty_) control_.Resize(CallersTerminal::Size());
    // The terminal is gone, so no person reads the output.
    if (number == SIGHUP && pty_) return Leave();
    for (const PassedOn& signal : kPassedOn) {
      if (signal.number == number) control_.Signal(std::string(signal.name));
    }
  }
}

// As for an SSH client that leaves, the supervisor hangs the run up, and ends it if it does not end
// by itself.
void AppRun::Leave() {
  control_.ClientGone(wire::Departure::kLeft);
  left_ = true;
  loop_.Stop();
}

void AppRun::Connect() {
  const auto hooks = [this](std::optional<Flow>& flow, wire::Stream stream) {
    Flow::Hooks of_output{[this] { control_.Active(); }, [] {},
                          [this, &flow, stream] { OnGone(flow, stream); }};
    of_output.on_failure = [this, &flow, stream](int error) {
      if (flow->done()) return;  // the error is from reading the run's output
      failure_ = fmt::format("oneoff: {}: {}: what the run printed is not whole",
                             stream == wire::Stream::kStdout ? "stdout" : "stderr",
                             strerrordesc_np(error));
    };
    return of_output;
  };
  Flow::Hooks of_input{[this] { control_.Active(); }, [this] { OnInputEnd(); },
                       [this] { in_->Stop(); }};
  // SIGHUP tells when the terminal is gone.
  if (!pty_) of_input.on_failure = [this](int error) { OnInputFailure(error); };
  in_.emplace(loop_, STDIN_FILENO, streams_[0].get(), std::move(of_input));
  out_.emplace(loop_, streams_[1].get(), STDOUT_FILENO, hooks(out_, wire::Stream::kStdout));
  // On a terminal, the command writes stdout and stderr to the same place (pty(7)).
  if (pty_) return;
  err_.emplace(loop_, streams_[2].get(), STDERR_FILENO, hooks(err_, wire::Stream::kStderr));
}

// On a terminal, end of file is a character, so there is no stream to close.
void AppRun::OnInputEnd() {
  if (pty_) return;
  streams_[0].Reset();
  control_.CloseStream(wire::Stream::kStdin);
}

// Does not end the command's input, so that the command cannot take half a file for a whole one.
void AppRun::OnInputFailure(int error) {
  if (!in_->done()) return;  // the error is from writing to the run, which reads no more
  failure_ = fmt::format("oneoff: stdin: {}: the run was hung up", strerrordesc_np(error));
  Leave();
}

// No process reads this process's output any more. A command that writes to it gets EPIPE.
void AppRun::OnGone(std::optional<Flow>& flow, wire::Stream stream) {
  if (pty_) return flow->Discard();
  control_.CloseStream(stream);  // first: closing the stream may end the command
  flow->Stop();
  streams_[stream == wire::Stream::kStdout ? 1 : 2].Reset();
}

void AppRun::Settle() {
  control_.Settle();
  if (!control_.ended()) return;
  in_->Stop();
  const auto is_done = [](const std::optional<Flow>& flow) { return !flow || flow->done(); };
  if (is_done(out_) && is_done(err_)) return loop_.Stop();
  if (std::exchange(lingering_, true)) return;
  loop_.After(kLinger, [this] {
    out_->EndWhenSilent();
    if (err_) err_->EndWhenSilent();
  });
}

int AppRun::Run() {
  if (pty_) terminal_.BecomeRaw();
  Connect();
  if (pty_) control_.Resize(CallersTerminal::Size());  // may have changed since the request
  loop_.OnIdle([this] { Settle(); });
  loop_.Run();
  terminal_.Restore();
  if (!failure_.empty()) (void)std::fprintf(stderr, "%s\n", failure_.c_str());
  if (left_) return failure_.empty() ? release::kHungUp : release::kLost;
  const wire::Ended& ended = *control_.ended();
  if (!ended.text.empty()) (void)std::fprintf(stderr, "%s\n", ended.text.c_str());
  return ended.status == 0 && !failure_.empty() ? release::kLost : ended.status;
}

}  // namespace cli
