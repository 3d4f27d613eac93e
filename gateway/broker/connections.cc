#include "gateway/broker/connections.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <chrono>
#include <utility>

#include "base/packet.h"
#include "gateway/monitor/monitor.h"
#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"

namespace broker {
namespace {

constexpr std::chrono::seconds kSendPatience{5};

}  // namespace

base::Result<std::unique_ptr<Connections>> Connections::Create(Deps deps) {
  auto crowd = base::Crowd::Create(deps.loop);
  if (!crowd) return base::Fail(std::move(crowd.error()));
  return std::unique_ptr<Connections>(new Connections(std::move(deps), std::move(*crowd)));
}

Connections::Connections(Deps deps, std::unique_ptr<base::Crowd> crowd)
    : deps_(std::move(deps)), crowd_(std::move(crowd)) {}

void Connections::Add(wire::Connection connection, std::vector<base::UniqueFd> fds) {
  const int fd = fds.front().get();
  // Limits the time that a process waits for this session to read an answer. The session may be
  // stopped, or under an attacker's control.
  const timeval patience{kSendPatience.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  Waiting& waiting = waiting_[fd];
  waiting.session = std::move(fds.front());
  if (fds.size() > 1) waiting.gateway = std::move(fds.back());
  waiting.address = std::move(connection.address);
  deps_.loop.Watch(fd, POLLIN, [this, fd](short) { ForkMonitor(fd); });
}

void Connections::ForkMonitor(int session) {
  deps_.loop.Unwatch(session);
  Waiting connection = std::move(waiting_.extract(session).mapped());
  char byte = 0;
  // Peeked, because the byte belongs to the monitor's first packet.
  if (recv(session, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return;  // closed without a byte
  // The fork gives the monitor a copy of the people and the policy. A key that was just removed
  // must not log in.
  deps_.configuration.ReloadIfChanged();
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) {
    deps_.log(base::Level::kError, "monitor: " + pair.error().message());
    return;
  }
  base::HoldLongPackets(pair->second.get());
  const monitor::Monitor::Sockets sockets{
      .session = session, .broker = pair->second.get(), .gateway = connection.gateway.get()};
  auto lines = deps_.child_log.Open(fmt::format("connection from {}: ", connection.address));
  if (!lines) {
    deps_.log(base::Level::kError, "monitor: " + lines.error().message());
    return;
  }
  const role::Birth birth = {.keep = {sockets.session, sockets.broker, sockets.gateway},
                             .user = deps_.monitor_user,
                             .log = lines->get()};
  auto child = role::ForkAs(role::kMonitor, birth, deps_.log, [&](const base::Log& log) {
    monitor::Monitor monitor(sockets, connection.address,
                             {.host_keys = deps_.host_keys,
                              .people = deps_.configuration.current().people,
                              .policy = deps_.configuration.current().policy,
                              .clock = deps_.clock,
                              .log = log},
                             {.key_tries = deps_.configuration.settings().key_tries,
                              .key_probes = deps_.configuration.settings().key_probes,
                              .login_grace = deps_.configuration.settings().login_grace});
    const auto served = monitor.Run();
    if (!served) {
      log(base::Level::kWarning, served.error().message());
    }
    return served ? 0 : 1;
  });
  if (!child) {
    deps_.log(base::Level::kError, "monitor: " + child.error().message());
    return;
  }
  deps_.children.Add(ChildKind::kMonitor, std::move(*child));
  const int fd = pair->first.get();
  monitors_[fd] = std::move(pair->first);
  if (auto watched = crowd_->Watch(fd, [this, fd] { OnMonitor(fd); }); !watched) {
    deps_.log(base::Level::kError, "monitor: " + watched.error().message());
    monitors_.erase(fd);
  }
}

void Connections::OnMonitor(int monitor) {
  const SpareDescriptors::Loan loan(deps_.spare);
  auto received = wire::Receive<wire::FromMonitor>(monitor, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received) {
    crowd_->Unwatch(monitor);
    deps_.requests.Drop(monitor);
    monitors_.erase(monitor);
    return;
  }
  if (auto* request = std::get_if<wire::Request>(&received->message)) {
    if (received->fds.size() != 1) return;
    deps_.requests.Serve(
        {monitor, std::nullopt, std::move(*request), std::move(received->fds.front())});
  } else if (const auto* authenticated = std::get_if<wire::Authenticated>(&received->message)) {
    deps_.logins.Record(*authenticated);
  } else {
    deps_.logins.Record(std::get<wire::FailedTries>(received->message));
  }
}

}  // namespace broker
