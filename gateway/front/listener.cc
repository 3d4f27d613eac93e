#include "gateway/front/listener.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>
#include <variant>

#include "base/signal_fd.h"

namespace front {
namespace {

constexpr int kAtOnce = 16;  // connections that one socket accepts before others have their turn
constexpr std::chrono::milliseconds kPauseAfterFailure{100};
constexpr std::chrono::milliseconds kShortageIsOver{2'000};

// This process has one thread, so sigprocmask is safe.
base::Result<base::UniqueFd> TakeSignals() {
  const sigset_t set = base::SignalSet({SIGTERM, SIGINT, SIGUSR1, SIGCHLD});
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {  // NOLINT(concurrency-mt-unsafe)
    return base::FailSystem("sigprocmask");
  }
  return base::OpenSignalFd(set);
}

bool IsShortage(int number) {
  // After other errors (a client that left: ECONNABORTED) the next connection may be accepted at
  // once; accept(2) lists them.
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS;
}

}  // namespace

Listener::Listener(Deps deps, std::vector<base::UniqueFd> sockets, FrontBounds bounds)
    : deps_(deps),
      sockets_(std::move(sockets)),
      limiter_(std::move(bounds)),
      rejected_(deps.loop),
      refusals_(deps.loop, deps.clock, deps.log, deps.broker) {}

Listener::~Listener() {
  for (const auto& socket : sockets_) deps_.loop.Unwatch(socket.get());
  if (signals_) deps_.loop.Unwatch(signals_.get());
  deps_.loop.Cancel(pause_);
  deps_.loop.Cancel(shortage_);
  deps_.loop.Cancel(drain_);
  deps_.loop.Cancel(execution_);
}

base::Result<void> Listener::Run() {
  auto signals = TakeSignals();
  if (!signals) return base::Fail(std::move(signals.error()));
  signals_ = std::move(*signals);
  auto child_log = role::ChildLog::Create(deps_.loop, deps_.clock, deps_.log);
  if (!child_log) return base::Fail(std::move(child_log.error()));
  child_log_ = std::move(*child_log);
  sessions_.emplace(Sessions::Deps{
      deps_.loop, deps_.clock, deps_.log, deps_.broker, deps_.serve, limiter_, *child_log_,
      [this](const base::IpAddress& ip, Reason reason, const std::string& person) {
        refusals_.Add(limiter_.SourceOf(ip), reason, person);
      },
      [this](const base::IpAddress& ip) { OnCrash(ip); }});
  deps_.loop.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  for (const auto& socket : sockets_) {
    const int fd = socket.get();
    deps_.loop.Watch(fd, POLLIN, [this, fd](short) { OnSocket(fd); });
  }
  deps_.broker.Keep();
  if (resumed_) TakeOver(*std::exchange(resumed_, std::nullopt));
  deps_.loop.Run();
  refusals_.ReportAll();
  return {};
}

void Listener::OnSocket(int socket) {
  for (int i = 0; i < kAtOnce && pause_ == 0 && !executing_; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    base::UniqueFd client(
        accept4(socket, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) {
      if (IsShortage(errno)) Starve(base::Error::System("accept"));
      break;
    }
    if (const auto address = AddressOf(peer)) Admit(std::move(client), *address);
  }
}

void Listener::Admit(base::UniqueFd client, const Address& address) {
  const auto ip = base::IpAddress::Parse(address.host);
  if (!ip) return;
  if (!deps_.broker.connected()) {
    return TurnAway(std::move(client), address, {Reason::kBrokerAway, {}});
  }
  if (limiter_.IsBalancer(*ip)) return AwaitHeader(std::move(client), address, *ip);
  Judge(std::move(client), address, *ip);
}

void Listener::Judge(base::UniqueFd client, const Address& address, const base::IpAddress& ip) {
  if (!deps_.broker.connected()) {  // the broker may have gone while a header was read
    return TurnAway(std::move(client), address, {Reason::kBrokerAway, {}});
  }
  auto judged = limiter_.Enter(ip, deps_.clock.Monotonic(), arc4random_uniform(100),
                               [this](std::size_t own) { return MakeRoom(own); });
  if (const auto* refusal = std::get_if<Refusal>(&judged)) {
    return TurnAway(std::move(client), address, *refusal);
  }
  Serve(std::move(client), address, std::get<ConnectionLimiter::Slot>(std::move(judged)));
}

void Listener::AwaitHeader(base::UniqueFd client, const Address& balancer,
                           const base::IpAddress& ip) {
  auto judged = limiter_.EnterBalancer(ip, arc4random_uniform(100),
                                       [this](std::size_t own) { return MakeRoom(own); });
  if (const auto* refusal = std::get_if<Refusal>(&judged)) {
    return TurnAway(std::move(client), balancer, *refusal);
  }
  const int fd = client.get();
  auto reader = ProxyReader::Start(deps_.loop, client, limiter_.bounds().login_grace,
                                   [this, fd](const ProxyWord& word) { OnHeader(fd, word); });
  if (!reader) {
    Starve(reader.error());
    return TurnAway(std::move(client), balancer, {Reason::kStarved, {}});
  }
  pending_.emplace(
      fd, Pending{std::move(client), balancer, std::get<ConnectionLimiter::Slot>(std::move(judged)),
                  std::move(*reader)});
}

void Listener::OnHeader(int client, const ProxyWord& word) {
  auto node = pending_.extract(client);
  Pending& pending = node.mapped();
  if (const auto* error = std::get_if<base::Error>(&word)) {
    deps_.log(base::Level::kWarning,
              fmt::format("{}: PROXY protocol: {}", pending.balancer.Text(), error->message()));
    TurnAway(std::move(pending.client), pending.balancer, {Reason::kHeader, {}});
  } else if (std::holds_alternative<ProxyLocal>(word)) {
    Serve(std::move(pending.client), pending.balancer, std::move(pending.slot));
  } else if (const auto* address = std::get_if<Address>(&word)) {
    // Given back before Judge, which takes one for the client: the connection counts once.
    { const ConnectionLimiter::Slot given_back = std::move(pending.slot); }
    const auto ip = base::IpAddress::Parse(address->host);
    if (ip) Judge(std::move(pending.client), *address, *ip);
  }
  EndIfDrained();
  ExecuteIfReady();
}

void Listener::Serve(base::UniqueFd client, const Address& address, ConnectionLimiter::Slot slot) {
  const auto started = sessions_->Start(client, address, std::move(slot));
  if (started) return;
  Starve(started.error());
  TurnAway(std::move(client), address, {Reason::kStarved, {}});
}

void Listener::TurnAway(base::UniqueFd client, const Address& address, const Refusal& refusal) {
  rejected_.Send(std::move(client), refusal.Words());
  if (const auto ip = base::IpAddress::Parse(address.host)) {
    refusals_.Add(limiter_.SourceOf(*ip), refusal.reason);
  }
}

// Returns whether another connection makes room for a newcomer, now or in a moment.
bool Listener::MakeRoom(std::size_t own) {
  auto room =
      sessions_->MakeRoom(limiter_.full() ? Sessions::Need::kPressing : Sessions::Need::kSoon, own);
  if (!room) return false;
  if (!room->ended) return true;
  Sessions::Ended& ended = *room->ended;
  const std::string words = Refusal{ended.reason, {}}.Words();
  if (ended.client) {
    rejected_.SendBytes(std::move(ended.client),
                        ended.greeted ? DisconnectPacket(words) : RejectionBytes(words));
  }
  if (const auto ip = base::IpAddress::Parse(ended.address.host)) {
    refusals_.Add(limiter_.SourceOf(*ip), ended.reason);
  }
  return true;
}

void Listener::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGUSR1 && !draining_) {
      Drain();
    } else if (info.ssi_signo != SIGCHLD) {
      deps_.loop.Stop();
    }
  }
  sessions_->Reap();
  EndIfDrained();
}

void Listener::EndIfDrained() {
  if (draining_ && sessions_->empty() && pending_.empty()) deps_.loop.Stop();
}

// When no other process holds the sockets, the kernel now refuses new connections. A load balancer
// sees that too, and sends its clients elsewhere.
void Listener::Drain() {
  draining_ = true;
  for (const auto& socket : sockets_) deps_.loop.Unwatch(socket.get());
  sockets_.clear();
  deps_.log(base::Level::kInfo,
            fmt::format("draining: no new connection is accepted; {} connections are left",
                        sessions_->size()));
  drain_ = deps_.loop.After(limiter_.bounds().drain, [this] {
    drain_ = 0;
    deps_.log(base::Level::kWarning,
              fmt::format("the drain's time is over; {} connections are left", sessions_->size()));
    deps_.loop.Stop();
  });
}

void Listener::Watch() {
  for (const auto& socket : sockets_) {
    deps_.loop.Rearm(socket.get(), pause_ != 0 || executing_ ? 0 : POLLIN);
  }
}

// The shortage may end soon. Until then new connections wait in the kernel's accept queue.
void Listener::Starve(const base::Error& error) {
  if (shortage_ == 0) deps_.log(base::Level::kError, "connections wait: " + error.message());
  deps_.loop.Cancel(shortage_);
  shortage_ = deps_.loop.After(kShortageIsOver, [this] {
    shortage_ = 0;
    deps_.log(base::Level::kInfo, "connections are served again");
  });
  rejected_.Drop();
  if (pause_ != 0) return;
  pause_ = deps_.loop.After(kPauseAfterFailure, [this] {
    pause_ = 0;
    Watch();
  });
  Watch();
}

}  // namespace front
