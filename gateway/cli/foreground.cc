#include "gateway/cli/foreground.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/signal_fd.h"
#include "base/unique_fd.h"
#include "release/launch.h"

namespace cli {
namespace {

// Blocks these signals in this process while the object lives. The command starts with no signal
// blocked.
class PassedOn {
 public:
  PassedOn() {
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    fd_ = base::OpenSignalFd(set_);
  }
  PassedOn(const PassedOn&) = delete;
  PassedOn& operator=(const PassedOn&) = delete;
  ~PassedOn() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  // An error: no signal can be passed on.
  const base::Result<base::UniqueFd>& fd() const { return fd_; }
  // Needs an fd().
  void To(const base::Child& command) const {
    signalfd_siginfo info{};
    while (read(fd_->get(), &info, sizeof info) == sizeof info) {
      // The terminal has sent its signals to the whole process group, so the command has them
      // already.
      if (info.ssi_code == SI_KERNEL) continue;
      (void)command.Signal(static_cast<int>(info.ssi_signo));
    }
  }

 private:
  sigset_t set_ = base::SignalSet({SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2});
  sigset_t before_{};
  base::Result<base::UniqueFd> fd_;
};

}  // namespace

release::Outcome<int> RunInForeground(const release::LocalProcessSpec& spec) {
  const PassedOn signals;
  if (!signals.fd()) {
    return release::Refuse(release::kLost,
                           "signals cannot be passed on to it: " + signals.fd().error().message());
  }
  auto command = release::LaunchInForeground(spec);
  if (!command) return tl::unexpected(std::move(command.error()));
  std::array<pollfd, 2> events = {{{.fd = command->pidfd(), .events = POLLIN, .revents = 0},
                                   {.fd = signals.fd()->get(), .events = POLLIN, .revents = 0}}};
  while (events[0].revents == 0) {
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) break;
    signals.To(*command);
  }
  const auto exit = command->Wait();
  if (!exit) return release::Refuse(release::kLost, exit.error().message());
  return exit->ShellStatus();
}

}  // namespace cli
