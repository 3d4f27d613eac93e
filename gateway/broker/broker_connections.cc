// How a Broker serves gateways and the monitors of their connections.
#include <fmt/format.h>
#include <sys/socket.h>

#include <utility>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/broker/broker.h"
#include "gateway/monitor/monitor.h"
#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"

namespace broker {
namespace {

constexpr std::chrono::seconds kSendPatience{5};
constexpr std::chrono::milliseconds kFlushFailures{5000};
constexpr std::chrono::milliseconds kListenAgain{100};
// Limits for the gateway's report of a refused source: bytes of a text, and reasons.
constexpr std::size_t kMaxSource = 64;
constexpr std::size_t kMaxTime = 32;
constexpr std::size_t kMaxReasons = 8;

}  // namespace

void Broker::OnGateway() {
  base::UniqueFd gateway(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!gateway) return PauseListening();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(gateway.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      (peer.uid != gateway_uid_ && peer.uid != geteuid())) {
    log_(base::Level::kError, fmt::format("a process of user {} asked for the broker", peer.uid));
    return;
  }
  const int fd = gateway.get();
  loop_.Watch(fd, POLLIN, [this, fd](short) { OnGatewayPacket(fd); });
  gateways_[fd] = std::move(gateway);
}

// The connection stays in the kernel's queue, and poll(2) would report it again at once.
void Broker::PauseListening() {
  loop_.Rearm(listener_.get(), 0);
  loop_.After(kListenAgain, [this] {
    if (!stopping_) loop_.Rearm(listener_.get(), POLLIN);
  });
}

void Broker::OnGatewayPacket(int gateway) {
  const SpareDescriptors::Loan loan(*spare_);
  auto received = wire::Receive<wire::FromGateway>(gateway, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (received && std::holds_alternative<wire::Hello>(received->message)) {
    wire::BrokersHello hello{.host_keys = std::vector<std::string>()};
    for (const auto& key : host_keys_) hello.host_keys->push_back(key.PublicLine());
    if (std::get<wire::Hello>(received->message).version == wire::kVersion &&
        wire::Send(gateway, hello)) {
      return TellSettings(gateway);
    }
    received = base::Fail(base::Code::kInvalid, "the gateway speaks another version");
  }
  if (received && std::holds_alternative<wire::Prune>(received->message)) {
    return HandlePrune(gateway, *received);
  }
  if (received && std::holds_alternative<wire::Reload>(received->message)) {
    return HandleReload(gateway, *received);
  }
  if (received && std::holds_alternative<wire::Refused>(received->message)) {
    return Handle(std::get<wire::Refused>(received->message));
  }
  if (received && std::holds_alternative<wire::Reexecuted>(received->message)) {
    return Handle(std::get<wire::Reexecuted>(received->message));
  }
  if (received && (received->fds.size() == 1 || received->fds.size() == 2)) {
    AddConnection(std::get<wire::Connection>(std::move(received->message)),
                  std::move(received->fds));
    return;
  }
  if (!received && received.error().code() != base::Code::kNotFound) {
    log_(base::Level::kError, "gateway: " + received.error().message());
    // kTooLarge: no descriptors were free for those of the message. Its session loses its monitor.
    if (received.error().code() == base::Code::kTooLarge) return;
  }
  loop_.Unwatch(gateway);
  gateways_.erase(gateway);
  StopIfIdle();
}

void Broker::TellSettings(int gateway) {
  const std::string text = config::FormatGatewaySettings(configuration_.settings);
  if (auto sent = wire::Send(gateway, wire::Settings{text}); !sent) {
    log_(base::Level::kError, "gateway: " + sent.error().message());
  }
}

void Broker::AddConnection(wire::Connection connection, std::vector<base::UniqueFd> fds) {
  // A monitor costs a process, so it is forked only when the session sends its first byte.
  const int fd = fds.front().get();
  // Limits the time that a process waits for this session to read an answer. The session may be
  // stopped, or under an attacker's control.
  const timeval patience{kSendPatience.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  Connection& waiting = waiting_[fd];
  waiting.session = std::move(fds.front());
  if (fds.size() > 1) waiting.words = std::move(fds.back());
  waiting.address = std::move(connection.address);
  loop_.Watch(fd, POLLIN, [this, fd](short) { ForkMonitor(fd); });
}

void Broker::ForkMonitor(int session) {
  loop_.Unwatch(session);
  Connection connection = std::move(waiting_.extract(session).mapped());
  char byte = 0;
  if (recv(session, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return;  // closed without a byte
  ReloadIfChanged();
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) {
    log_(base::Level::kError, "monitor: " + pair.error().message());
    return;
  }
  base::HoldLongPackets(pair->second.get());
  const monitor::Monitor::Sockets sockets{
      .session = session, .broker = pair->second.get(), .gateway = connection.words.get()};
  auto lines = child_log_->Open(fmt::format("connection from {}: ", connection.address));
  if (!lines) {
    log_(base::Level::kError, "monitor: " + lines.error().message());
    return;
  }
  const role::Birth birth = {.keep = {sockets.session, sockets.broker, sockets.gateway},
                             .user = monitor_user_,
                             .log = lines->get()};
  auto child = role::ForkAs(role::kMonitor, birth, log_, [&](const base::Log& log) {
    monitor::Monitor monitor(sockets, connection.address,
                             {.host_keys = host_keys_,
                              .people = configuration_.people,
                              .policy = configuration_.policy,
                              .clock = clock_,
                              .log = log},
                             {.key_tries = configuration_.settings.key_tries,
                              .key_probes = configuration_.settings.key_probes,
                              .login_grace = configuration_.settings.login_grace});
    const auto served = monitor.Run();
    if (!served) {
      log(base::Level::kWarning, served.error().message());
    }
    return served ? 0 : 1;
  });
  if (!child) {
    log_(base::Level::kError, "monitor: " + child.error().message());
    return;
  }
  Keep(Kind::kMonitor, std::move(*child));
  const int fd = pair->first.get();
  monitors_[fd] = Connection{std::move(pair->first), {}, std::move(connection.address)};
  if (auto watched = connections_->Watch(fd, [this, fd] { OnMonitor(fd); }); !watched) {
    log_(base::Level::kError, "monitor: " + watched.error().message());
    monitors_.erase(fd);
  }
}

void Broker::OnMonitor(int monitor) {
  const SpareDescriptors::Loan loan(*spare_);
  auto received = wire::Receive<wire::FromMonitor>(monitor, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received) {
    connections_->Unwatch(monitor);
    DropQueued(monitor);
    monitors_.erase(monitor);
    return;
  }
  if (auto* request = std::get_if<wire::Request>(&received->message)) {
    if (received->fds.size() != 1) return;
    Serve({monitor, std::nullopt, std::move(*request), std::move(received->fds.front())});
  } else if (const auto* authenticated = std::get_if<wire::Authenticated>(&received->message)) {
    Handle(*authenticated);
  } else {
    Handle(std::get<wire::FailedTries>(received->message));
  }
}

void Broker::Handle(const wire::Authenticated& message) {
  const std::string by = message.certificate.empty() ? "" : " " + message.certificate;
  log_(base::Level::kInfo,
       fmt::format("{} ({}{}) from {} as {}", message.person, message.fingerprint, by,
                   message.address, base::Quote(message.user, 70)));
  audit_.Post(audit::Authenticated{.person = message.person,
                                   .key = message.fingerprint,
                                   .source = message.address,
                                   .user = message.user,
                                   .certificate = message.certificate});
}

void Broker::Handle(const wire::FailedTries& message) {
  failed_tries_.Add(message, clock_.Now());
  if (const std::string line = failed_tries_.Line(message); !line.empty()) {
    log_(base::Level::kWarning, line);
  }
  if (flush_timer_ == 0) {
    flush_timer_ = loop_.After(kFlushFailures, [this] { FlushFailedTries(); });
  }
}

void Broker::Handle(const wire::Refused& message) {
  audit::ConnectionsRefused event{.source = message.source.substr(0, kMaxSource),
                                  .count = message.count,
                                  .first = message.first.substr(0, kMaxTime),
                                  .last = message.last.substr(0, kMaxTime),
                                  .reasons = {},
                                  .people = {}};
  for (const std::string& reason : message.reasons) {
    if (event.reasons.size() < kMaxReasons) event.reasons.push_back(reason.substr(0, kMaxSource));
  }
  for (const std::string& person : message.people.value_or(std::vector<std::string>())) {
    if (event.people.size() < kMaxReasons) event.people.push_back(person.substr(0, kMaxSource));
  }
  audit_.Post(event);
}

void Broker::Handle(const wire::Reexecuted& message) {
  audit::GatewayReexecuted event{.crashes = message.crashes, .sources = {}};
  for (const std::string& source : message.sources) {
    if (event.sources.size() < kMaxReasons) event.sources.push_back(source.substr(0, kMaxSource));
  }
  audit_.Post(event);
}

void Broker::FlushFailedTries() {
  flush_timer_ = 0;
  for (const auto& event : failed_tries_.Take()) {
    const bool local = event.source.starts_with(wire::SourceOfAccount(""));
    log_(base::Level::kWarning,
         fmt::format("{} refused {} from {}{}", event.count, local ? "requests" : "logins",
                     event.source,
                     event.reason.empty() ? "" : ": " + base::Escape(event.reason, 256)));
    audit_.Post(event);
  }
}

bool Broker::IsOwnUser(int asker) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(asker, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

void Broker::HandlePrune(int asker, wire::Received<wire::FromGateway>& received) {
  if (IsOwnUser(asker) && received.fds.size() == 1) {
    archives_->AskPrune(base::Escape(std::get<wire::Prune>(received.message).by, 64),
                        std::move(received.fds.front()));
    StartArchivist();
  }
  loop_.Unwatch(asker);
  gateways_.erase(asker);
}

}  // namespace broker
