#include "gateway/ssh/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/child.h"
#include "gateway/ssh/sandbox.h"
#include "gateway/ssh/session.h"

namespace ssh {
namespace {

constexpr int kAtOnce = 16;  // connections that one socket accepts before others have their turn
constexpr std::chrono::milliseconds kPauseAfterFailure{100};

// No thread but this one was ever started.
// NOLINTBEGIN(concurrency-mt-unsafe)
base::Result<base::UniqueFd> TakeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return base::FailSystem("sigprocmask");
  base::UniqueFd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return base::FailSystem("signalfd");
  return signals;
}

base::Result<void> GiveSignalsBack() {
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return base::FailSystem("sigprocmask");
  for (const int number : {SIGPIPE, SIGXFSZ}) {
    if (signal(number, SIG_IGN) == SIG_ERR) return base::FailSystem("signal");
  }
  return {};
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace

Listener::Listener(Tools tools, std::vector<base::UniqueFd> sockets, std::size_t max_connections)
    : tools_(tools), sockets_(std::move(sockets)), max_connections_(max_connections) {}

Listener::~Listener() {
  for (const auto& socket : sockets_) tools_.loop.Unwatch(socket.get());
  if (signals_) tools_.loop.Unwatch(signals_.get());
  tools_.loop.Cancel(pause_);
}

base::Result<void> Listener::Run() {
  null_.Reset(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_) return base::FailSystem("/dev/null");
  auto signals = TakeSignals();
  if (!signals) return base::Fail(std::move(signals.error()));
  signals_ = std::move(*signals);
  tools_.loop.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  for (const auto& socket : sockets_) {
    const int fd = socket.get();
    tools_.loop.Watch(fd, POLLIN, [this, fd](short) { OnSocket(fd); });
  }
  tools_.broker.Keep();
  tools_.loop.Run();
  return {};
}

void Listener::OnSocket(int socket) {
  for (int i = 0; i < kAtOnce && sessions_.size() < max_connections_; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    base::UniqueFd client(
        accept4(socket, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) Pause();
      break;
    }
    const auto address = AddressOf(peer);
    // Without a broker nobody could be let in: an end at once says so sooner than a time-out.
    if (address && tools_.broker.connected()) Serve(std::move(client), *address);
  }
  Watch();
}

void Listener::Serve(base::UniqueFd client, const Address& address) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) {
    tools_.log(base::Level::kError, address.Text() + ": " + pair.error().message());
    return Pause();
  }
  auto child = base::Child::Fork(
      [&] { return Session(std::move(client), std::move(pair->first), address); });
  if (!child) {
    tools_.log(base::Level::kError, address.Text() + ": " + child.error().message());
    return Pause();
  }
  sessions_[child->pid()] = address.Text();
  child->Detach();  // reaped by its number, which is ours until then
  if (auto told = tools_.broker.Announce(address, pair->second.get()); !told) {
    tools_.log(base::Level::kError, address.Text() + ": " + told.error().message());
  }
}

// In the new process: a copy of this one, of which it keeps two descriptors.
int Listener::Session(base::UniqueFd client, base::UniqueFd monitor, const Address& address) {
  const base::Log log = [this, &address](base::Level level, const std::string& line) {
    tools_.log(level, address.Text() + ": " + line);
  };
  SessionDescriptors kept{std::move(client), std::move(monitor)};
  auto done = GiveSignalsBack();
  if (done) done = CloseAllBut(kept, null_.get());
  if (done) done = ConfineSession();
  if (!done) {
    log(base::Level::kError, "cannot be confined: " + done.error().message());
    return 1;
  }
  auto session = Session::Create(tools_.server_side, std::move(kept.socket),
                                 std::move(kept.monitor), tools_.clock, log);
  if (!session) {
    log(base::Level::kError, session.error().message());
    return 1;
  }
  (*session)->Run();
  return 0;
}

void Listener::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGCHLD) tools_.loop.Stop();
  }
  Reap();
  Watch();
}

void Listener::Reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    const auto found = sessions_.find(pid);
    if (found == sessions_.end()) continue;
    if (WIFSIGNALED(status)) {
      tools_.log(base::Level::kError, fmt::format("{}: its session was killed by signal {}",
                                                  found->second, WTERMSIG(status)));
    }
    sessions_.erase(found);
  }
}

// Whether more are accepted: not while there are as many as there may be, nor during a pause.
void Listener::Watch() {
  const bool full = sessions_.size() >= max_connections_;
  if (full && !full_) {
    tools_.log(base::Level::kWarning,
               fmt::format("{} connections: further ones wait", max_connections_));
  }
  full_ = full;
  for (const auto& socket : sockets_) {
    tools_.loop.Rearm(socket.get(), full || pause_ != 0 ? 0 : POLLIN);
  }
}

void Listener::Pause() {
  if (pause_ != 0) return;
  pause_ = tools_.loop.After(kPauseAfterFailure, [this] {
    pause_ = 0;
    Watch();
  });
}

}  // namespace ssh
