#include "gateway/broker/broker.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/child.h"
#include "base/packet.h"
#include "base/text.h"
#include "gateway/broker/monitor.h"
#include "gateway/wire/codec.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kSettleAgain{100};
constexpr std::chrono::milliseconds kFlushFailures{5000};
constexpr std::chrono::milliseconds kRestartWriter{500};

}  // namespace

void Broker::Run() {
  loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  loop_.Watch(listener_.get(), POLLIN, [this](short) { OnGateway(); });
  loop_.Watch(file_changes_.get(), POLLIN, [this](short) { ReloadIfChanged(); });
  Settle();
  loop_.Run();
  if (!failed_tries_.empty()) FlushFailedTries();
  audit_.Post(audit::ServiceStopped{.version = options_.version});
  const pid_t writer = audit_.writer();
  audit_.Close();
  if (writer > 0) waitpid(writer, nullptr, 0);  // it writes what it has, and ends
}

// --- the gateway, and its connections
// --------------------------------------------------------------

void Broker::OnGateway() {
  base::UniqueFd gateway(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!gateway) return;
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

void Broker::OnGatewayPacket(int gateway) {
  auto received = wire::Receive<wire::FromGateway>(gateway, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (received && std::holds_alternative<wire::Hello>(received->message)) {
    if (std::get<wire::Hello>(received->message).version == wire::kVersion &&
        wire::Send(gateway, wire::Hello{})) {
      return;
    }
    received = base::Fail(base::Code::kInvalid, "the gateway speaks another version");
  }
  if (received && received->fds.size() == 1) {
    AddConnection(std::get<wire::Connection>(std::move(received->message)),
                  std::move(received->fds.front()));
    return;
  }
  if (!received && received.error().code() != base::Code::kNotFound) {
    log_(base::Level::kError, "gateway: " + received.error().message());
  }
  loop_.Unwatch(gateway);
  gateways_.erase(gateway);
}

void Broker::AddConnection(wire::Connection connection, base::UniqueFd session) {
  // A monitor costs a process: only for a session that has something to say.
  const int fd = session.get();
  waiting_[fd] = Connection{std::move(session), std::move(connection.address)};
  loop_.Watch(fd, POLLIN, [this, fd](short) { ForkMonitor(fd); });
}

void Broker::ForkMonitor(int session) {
  ReloadIfChanged();
  loop_.Unwatch(session);
  Connection connection = std::move(waiting_.extract(session).mapped());
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) {
    log_(base::Level::kError, "monitor: " + pair.error().message());
    return;
  }
  const Monitor::Sockets sockets{.session = session, .broker = pair->second.get()};
  auto child = base::Child::Fork([&] {
    base::CloseAllFdsBut({sockets.session, sockets.broker});
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    Monitor monitor(sockets, connection.address, host_keys_, configuration_.people, clock_,
                    {.key_tries = configuration_.settings.key_tries,
                     .key_probes = configuration_.settings.key_probes});
    const auto served = monitor.Run();
    if (!served) {
      log_(base::Level::kWarning,
           fmt::format("connection from {}: {}", connection.address, served.error().message()));
    }
    return served ? 0 : 1;
  });
  if (!child) {
    log_(base::Level::kError, "monitor: " + child.error().message());
    return;
  }
  children_[child->pid()] = Kind::kMonitor;
  child->Detach();
  const int fd = pair->first.get();
  monitors_[fd] = Connection{std::move(pair->first), std::move(connection.address)};
  loop_.Watch(fd, POLLIN, [this, fd](short) { OnMonitor(fd); });
}

void Broker::OnMonitor(int monitor) {
  auto received = wire::Receive<wire::FromMonitor>(monitor, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received) {
    loop_.Unwatch(monitor);
    monitors_.erase(monitor);
    return;
  }
  if (auto* request = std::get_if<wire::Request>(&received->message)) {
    Handle(std::move(*request), received->fds);
  } else if (const auto* authenticated = std::get_if<wire::Authenticated>(&received->message)) {
    Handle(*authenticated);
  } else {
    Handle(std::get<wire::FailedTries>(received->message));
  }
}

void Broker::Handle(wire::Request request, std::vector<base::UniqueFd>& fds) {
  if (fds.size() != 1) return;
  ReloadIfChanged();
  const int session = fds.front().get();
  const std::uint32_t channel = request.start.channel;
  base::Result<base::Child> child = base::Fail(base::Code::kUnavailable, "the gateway is stopping");
  if (!stopping_) {
    child = base::Child::Fork([&] {
      host_keys_.clear();  // nothing of this process, or of what it forks, needs them
      base::CloseAllFdsBut({session, audit_.control()});
      prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
      auto registry = run::Registry::Open(options_.paths.lib);
      if (!registry) return 1;
      DeskSupplies supplies = {configuration_, *registry, audit_.control(),
                               recorder_,      clock_,    log_};
      return Desk(supplies, std::move(request), base::UniqueFd(session)).Serve();
    });
  }
  if (!child) {
    log_(base::Level::kError, "desk: " + child.error().message());
    (void)wire::Send(session,
                     wire::Answer{.channel = channel,
                                  .status = release::kBusy,
                                  .out = "",
                                  .err = fmt::format("oneoff: not started: {}; try again\n",
                                                     child.error().message())});
    return;
  }
  children_[child->pid()] = Kind::kDesk;
  child->Detach();
}

void Broker::Handle(const wire::Authenticated& message) {
  log_(base::Level::kInfo, fmt::format("{} ({}) from {} as {}", message.person, message.fingerprint,
                                       message.address, base::Quote(message.user, 70)));
  audit_.Post(audit::Authenticated{.person = message.person,
                                   .key = message.fingerprint,
                                   .source = message.address,
                                   .user = message.user});
}

void Broker::Handle(const wire::FailedTries& message) {
  failed_tries_.Add(message.address, message.user, message.count, clock_.Now());
  if (flush_timer_ == 0) {
    flush_timer_ = loop_.After(kFlushFailures, [this] { FlushFailedTries(); });
  }
}

void Broker::FlushFailedTries() {
  flush_timer_ = 0;
  for (const auto& event : failed_tries_.Take()) {
    log_(base::Level::kWarning,
         fmt::format("{} refused signatures from {}", event.count, event.source));
    audit_.Post(event);
  }
}

// --- children, and the end
// --------------------------------------------------------------------------

void Broker::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) BeginStop();
    if (info.ssi_signo == SIGHUP) (void)Reload();
  }
  ReapChildren();
}

void Broker::ReapChildren() {
  bool desk_ended = false;
  bool writer_ended = false;
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) break;
    if (pid == audit_.writer()) {
      writer_ended = true;
      continue;
    }
    const auto found = children_.find(pid);
    if (found == children_.end()) continue;  // an orphan of a lost supervisor
    if (WIFSIGNALED(status)) {
      log_(base::Level::kError,
           fmt::format("a {} ({}) was killed by signal {}",
                       found->second == Kind::kMonitor ? "monitor" : "supervisor", pid,
                       WTERMSIG(status)));
    }
    desk_ended |= found->second == Kind::kDesk;
    children_.erase(found);
  }
  if (writer_ended) {
    audit_.OnWriterEnded();
    log_(base::Level::kError, "the audit writer has ended; starting another");
    loop_.After(kRestartWriter, [this] {
      if (auto started = audit_.Start(); !started) {
        log_(base::Level::kError, started.error().message());
      }
      Settle();
    });
  }
  if (desk_ended) Settle();
  StopIfIdle();
}

void Broker::Settle() {
  loop_.Cancel(std::exchange(settle_timer_, 0));
  const config::GatewaySettings& settings = configuration_.settings;
  if (settlement_->Settle({settings.term_after, settings.kill_after})) {
    settle_timer_ = loop_.After(kSettleAgain, [this] { Settle(); });
  }
}

void Broker::BeginStop() {
  if (stopping_) return;
  stopping_ = true;
  loop_.Unwatch(listener_.get());
  if (options_.at_stop == BrokerOptions::AtStop::kEndRuns) {
    for (const auto& [pid, kind] : children_) {
      // A desk that has not become a supervisor yet has the signal waiting for when it is one.
      if (kind == Kind::kDesk) kill(pid, SIGTERM);
    }
  }
  StopIfIdle();
}

void Broker::StopIfIdle() {
  if (!stopping_) return;
  if (options_.at_stop == BrokerOptions::AtStop::kEndRuns) {
    for (const auto& [pid, kind] : children_) {
      if (kind == Kind::kDesk) return;
    }
    if (settle_timer_ != 0) return;
  }
  loop_.Stop();
}

}  // namespace broker
