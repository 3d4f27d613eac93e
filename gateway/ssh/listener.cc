#include "gateway/ssh/listener.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>
#include <variant>

#include "base/text.h"

namespace ssh {
namespace {

constexpr int kAtOnce = 16;  // connections that one socket accepts before others have their turn
constexpr std::chrono::milliseconds kPauseAfterFailure{100};
constexpr std::chrono::milliseconds kShortageIsOver{2'000};
constexpr std::chrono::milliseconds kTellSoon{1'000};

// No thread but this one was ever started.
base::Result<base::UniqueFd> TakeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGCHLD}) sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {  // NOLINT(concurrency-mt-unsafe)
    return base::FailSystem("sigprocmask");
  }
  base::UniqueFd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return base::FailSystem("signalfd");
  return signals;
}

bool IsShortage(int number) {
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS;
}

}  // namespace

Listener::Listener(Tools tools, std::vector<base::UniqueFd> sockets, FrontBounds bounds)
    : tools_(tools),
      sockets_(std::move(sockets)),
      door_(std::move(bounds)),
      farewells_(tools.loop),
      refusals_(tools.clock) {}

Listener::~Listener() {
  for (const auto& socket : sockets_) tools_.loop.Unwatch(socket.get());
  if (signals_) tools_.loop.Unwatch(signals_.get());
  tools_.loop.Cancel(pause_);
  tools_.loop.Cancel(telling_);
  tools_.loop.Cancel(shortage_);
  tools_.loop.Cancel(drain_);
}

base::Result<void> Listener::Run() {
  auto signals = TakeSignals();
  if (!signals) return base::Fail(std::move(signals.error()));
  signals_ = std::move(*signals);
  auto child_log = role::ChildLog::Create(tools_.loop, tools_.clock, tools_.log);
  if (!child_log) return base::Fail(std::move(child_log.error()));
  child_log_ = std::move(*child_log);
  sessions_.emplace(Sessions::Tools{tools_.loop, tools_.clock, tools_.log, tools_.broker,
                                    tools_.server_side, door_, *child_log_});
  tools_.loop.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  for (const auto& socket : sockets_) {
    const int fd = socket.get();
    tools_.loop.Watch(fd, POLLIN, [this, fd](short) { OnSocket(fd); });
  }
  tools_.broker.Keep();
  tools_.loop.Run();
  Tell(refusals_.TakeAll());
  return {};
}

void Listener::OnSocket(int socket) {
  for (int i = 0; i < kAtOnce && pause_ == 0; ++i) {
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
  if (!tools_.broker.connected()) {
    return TurnAway(std::move(client), address, {Reason::kBrokerAway, {}});
  }
  if (door_.IsBalancer(*ip)) return AwaitHeader(std::move(client), address, *ip);
  Judge(std::move(client), address, *ip);
}

void Listener::Judge(base::UniqueFd client, const Address& address, const base::IpAddress& ip) {
  if (!tools_.broker.connected()) {  // it may have gone while a header was read
    return TurnAway(std::move(client), address, {Reason::kBrokerAway, {}});
  }
  auto judged = door_.Enter(ip, tools_.clock.Monotonic(), arc4random_uniform(100));
  if (const auto* refusal = std::get_if<Refusal>(&judged)) {
    return TurnAway(std::move(client), address, *refusal);
  }
  Serve(std::move(client), address, std::get<Door::Place>(std::move(judged)));
}

void Listener::AwaitHeader(base::UniqueFd client, const Address& balancer,
                           const base::IpAddress& ip) {
  auto judged = door_.EnterBalancer(ip, arc4random_uniform(100));
  if (const auto* refusal = std::get_if<Refusal>(&judged)) {
    return TurnAway(std::move(client), balancer, *refusal);
  }
  const int fd = client.get();
  auto reader = ProxyReader::Start(tools_.loop, client, door_.bounds().login_grace,
                                   [this, fd](const ProxyWord& word) { OnHeader(fd, word); });
  if (!reader) {
    Starve(reader.error());
    return TurnAway(std::move(client), balancer, {Reason::kStarved, {}});
  }
  pending_.emplace(fd, Pending{std::move(client), balancer,
                               std::get<Door::Place>(std::move(judged)), std::move(*reader)});
}

void Listener::OnHeader(int client, const ProxyWord& word) {
  auto node = pending_.extract(client);
  Pending& pending = node.mapped();
  if (const auto* error = std::get_if<base::Error>(&word)) {
    tools_.log(base::Level::kWarning,
               fmt::format("{}: PROXY protocol: {}", pending.balancer.Text(), error->message()));
    TurnAway(std::move(pending.client), pending.balancer, {Reason::kHeader, {}});
  } else if (std::holds_alternative<ProxyLocal>(word)) {
    Serve(std::move(pending.client), pending.balancer, std::move(pending.place));
  } else if (const auto* address = std::get_if<Address>(&word)) {
    const Door::Place given_back = std::move(pending.place);
    const auto ip = base::IpAddress::Parse(address->host);
    if (ip) Judge(std::move(pending.client), *address, *ip);
  }
  EndIfDrained();
}

void Listener::Serve(base::UniqueFd client, const Address& address, Door::Place place) {
  const auto started = sessions_->Start(client, address, std::move(place));
  if (started) return;
  Starve(started.error());
  TurnAway(std::move(client), address, {Reason::kStarved, {}});
}

void Listener::TurnAway(base::UniqueFd client, const Address& address, const Refusal& refusal) {
  farewells_.Send(std::move(client), refusal.Words());
  if (const auto ip = base::IpAddress::Parse(address.host)) {
    refusals_.Add(door_.SourceOf(*ip), refusal.reason);
  }
  TellSoon();
}

// The log, and the broker for the audit. While that is away, what it will be told is kept.
void Listener::TellSoon() {
  if (telling_ != 0) return;
  telling_ = tools_.loop.After(kTellSoon, [this] {
    telling_ = 0;
    if (tools_.broker.connected()) Tell(refusals_.Take());
    if (refusals_.untold()) TellSoon();
  });
}

void Listener::Tell(const std::vector<wire::Refused>& refusals) {
  for (const wire::Refused& refused : refusals) {
    tools_.log(base::Level::kWarning,
               fmt::format("{} connections from {} turned away: {}", refused.count, refused.source,
                           base::Join(refused.reasons, ", ")));
    (void)tools_.broker.Tell(refused);
  }
}

void Listener::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGUSR1 && !draining_) {
      Drain();
    } else if (info.ssi_signo != SIGCHLD) {
      tools_.loop.Stop();
    }
  }
  sessions_->Reap();
  EndIfDrained();
}

void Listener::EndIfDrained() {
  if (draining_ && sessions_->empty() && pending_.empty()) tools_.loop.Stop();
}

// Whoever knocks now is refused by the kernel, if nobody else holds the sockets: so a load balancer
// sees it, too.
void Listener::Drain() {
  draining_ = true;
  for (const auto& socket : sockets_) tools_.loop.Unwatch(socket.get());
  sockets_.clear();
  tools_.log(
      base::Level::kInfo,
      fmt::format("draining: nobody new is let in; {} connections are left", sessions_->size()));
  drain_ = tools_.loop.After(door_.bounds().drain, [this] {
    drain_ = 0;
    tools_.log(base::Level::kWarning,
               fmt::format("the drain's time is over; {} connections are left", sessions_->size()));
    tools_.loop.Stop();
  });
}

void Listener::Watch() {
  for (const auto& socket : sockets_) {
    tools_.loop.Rearm(socket.get(), pause_ != 0 ? 0 : POLLIN);
  }
}

// Something that is short may be there again soon; until then connections wait in the kernel's
// queue.
void Listener::Starve(const base::Error& error) {
  if (shortage_ == 0) tools_.log(base::Level::kError, "connections wait: " + error.message());
  tools_.loop.Cancel(shortage_);
  shortage_ = tools_.loop.After(kShortageIsOver, [this] {
    shortage_ = 0;
    tools_.log(base::Level::kInfo, "connections are served again");
  });
  farewells_.Drop();
  if (pause_ != 0) return;
  pause_ = tools_.loop.After(kPauseAfterFailure, [this] {
    pause_ = 0;
    Watch();
  });
  Watch();
}

}  // namespace ssh
