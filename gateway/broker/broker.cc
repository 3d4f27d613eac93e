#include "gateway/broker/broker.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/installation/local_account.h"
#include "gateway/monitor/monitor.h"
#include "gateway/role/birth.h"
#include "gateway/run/process_tree.h"
#include "gateway/wire/brokers_hello.h"
#include "gateway/wire/codec.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kSettleTogether{20};  // to record ends of several runs together
constexpr std::chrono::milliseconds kSettleSoon{100};
constexpr std::chrono::milliseconds kSettleLater{1000};
constexpr std::chrono::milliseconds kSettleSometime{2000};
constexpr std::chrono::seconds kSendPatience{5};
constexpr std::chrono::milliseconds kWatchRecordings{5000};
constexpr std::chrono::milliseconds kFlushFailures{5000};
constexpr std::chrono::milliseconds kRestartWriter{500};
constexpr std::chrono::milliseconds kListenAgain{100};
constexpr std::size_t kSpareDescriptors = 2;  // as many as one packet carries
// Limits for the gateway's report of a refused source: bytes of a text, and reasons.
constexpr std::size_t kMaxSource = 64;
constexpr std::size_t kMaxTime = 32;
constexpr std::size_t kMaxReasons = 8;

}  // namespace

void Broker::Run() {
  spare_.emplace(signals_.get(), kSpareDescriptors);
  loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  loop_.Watch(listener_.get(), POLLIN, [this](short) { OnGateway(); });
  OpenLocalListener();
  StartExporter();
  Settle();
  WatchRecordings();
  loop_.Run();
  if (!failed_tries_.empty()) FlushFailedTries();
  (void)run_ends_->Settle({configuration_.settings.term_after, configuration_.settings.kill_after});
  audit_.Post(audit::ServiceStopped{.version = options_.version});
  if (audit_.keys() >= 0) loop_.Unwatch(audit_.keys());
  audit_.Close();
  export_.Close();
}

void Broker::StartExporter() {
  if (!export_.configured()) return;
  if (auto started = export_.Start(); !started) {
    log_(base::Level::kError, started.error().message());
    loop_.After(kRestartWriter, [this] { StartExporter(); });
  }
}

// --- the gateway and its connections ---

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

// --- children, stop and drain ---

void Broker::OnSignal() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) BeginStop();
    if (info.ssi_signo == SIGUSR1) BeginDrain();
    if (info.ssi_signo == SIGHUP) {
      WatchFiles();
      Reload();
    }
  }
  ReapChildren();
}

std::string_view Broker::NameOf(Kind kind) {
  switch (kind) {
    case Kind::kMonitor:
      return "monitor";
    case Kind::kLocalMonitor:
      return "local monitor";
    case Kind::kLauncher:
      return "supervisor";
    case Kind::kArchivist:
      return "archivist";
  }
  return "process";
}

void Broker::Keep(Kind kind, base::Child process) {
  const pid_t pid = process.pid();
  children_.insert_or_assign(pid, Helper{kind, std::move(process)});
}

Broker::~Broker() {
  for (auto& [_, helper] : children_) helper.process.Detach();
}

void Broker::ReapChildren() {
  bool launcher_ended = false;
  bool writer_ended = false;
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) break;
    if (pid == audit_.writer()) {
      writer_ended = true;
      continue;
    }
    if (pid == export_.exporter()) {
      export_.OnExporterEnded();
      log_(base::Level::kError, "the exporter of the audit log has ended; starting another");
      loop_.After(kRestartWriter, [this] { StartExporter(); });
      continue;
    }
    const auto found = children_.find(pid);
    if (found == children_.end()) continue;  // an orphan of a lost supervisor
    const std::string_view name = NameOf(found->second.kind);
    if (WIFSIGNALED(status)) {
      log_(base::Level::kError,
           fmt::format("a {} ({}) was killed by signal {}", name, pid, WTERMSIG(status)));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == base::Child::kThrew) {
      log_(base::Level::kError,
           fmt::format("a {} ({}) ended early: out of memory, most likely", name, pid));
    }
    launcher_ended |= found->second.kind == Kind::kLauncher;
    if (found->second.kind == Kind::kArchivist) {
      archives_->OnEnded(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    found->second.process.Detach();
    children_.erase(found);
  }
  if (writer_ended) {
    if (audit_.keys() >= 0) loop_.Unwatch(audit_.keys());
    audit_.OnWriterEnded();
    log_(base::Level::kError, "the audit writer has ended; starting another");
    loop_.After(kRestartWriter, [this] { RestartAuditWriter(); });
  }
  if (launcher_ended && stopping_) {
    Settle();
  } else if (launcher_ended) {
    SettleWithin(kSettleTogether);
  }
  StopIfIdle();
}

base::Result<void> Broker::StartAuditWriter() {
  auto started = audit_.Start();
  const int keys = audit_.keys();
  if (started && keys >= 0) {
    loop_.Watch(keys, POLLIN, [this, keys](short) {
      if (!audit_.OnKeys()) loop_.Unwatch(keys);
    });
  }
  return started;
}

void Broker::RestartAuditWriter() {
  if (auto started = StartAuditWriter(); !started) {
    log_(base::Level::kError, started.error().message());
    loop_.After(kRestartWriter, [this] { RestartAuditWriter(); });
    return;
  }
  Settle();
}

void Broker::Settle() {
  using Next = RunEndRecorder::Next;
  loop_.Cancel(std::exchange(settle_timer_, 0));
  const config::GatewaySettings& settings = configuration_.settings;
  audit_.TellDropped();
  if (audit_.control() >= 0 && std::exchange(ends_unsure_, false)) ForgetRecordedEnds();
  const Next next = run_ends_->Settle({settings.term_after, settings.kill_after});
  // The timer also serves runs of an earlier broker: no SIGCHLD tells of their supervisors.
  const auto delay = next == Next::kSoon || stopping_ ? kSettleSoon
                     : next == Next::kLater           ? kSettleLater
                                                      : kSettleSometime;
  SettleWithin(delay);
  StartArchivist();
  StopIfIdle();
}

void Broker::StartArchivist() {
  if (stopping_) return;
  if (auto archivist = archives_->Start(configuration_.settings.recordings)) {
    Keep(Kind::kArchivist, std::move(*archivist));
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

void Broker::WatchRecordings() {
  recording_watch_->Look();
  loop_.After(kWatchRecordings, [this] { WatchRecordings(); });
}

void Broker::SettleWithin(std::chrono::milliseconds delay) {
  const base::MonotonicTime at = clock_.Monotonic() + delay;
  if (settle_timer_ != 0 && settle_at_ <= at) return;
  loop_.Cancel(std::exchange(settle_timer_, 0));
  settle_at_ = at;
  settle_timer_ = loop_.After(delay, [this] { Settle(); });
}

// Gateways drain their own connections and get their own signal. The broker drains the local
// callers.
void Broker::BeginDrain() {
  if (drain_ != Drain::kNone || stopping_) return;
  drain_ = Drain::kWaits;
  local_callers_->Close();
  loop_.After(configuration_.settings.front.drain, [this] {
    drain_ = Drain::kOver;
    StopIfIdle();
  });
  StopIfIdle();
}

void Broker::BeginStop() {
  if (stopping_) {
    loop_.Stop();  // the second request to stop: wait for nothing
    return;
  }
  stopping_ = true;
  RefuseQueued();
  loop_.Unwatch(listener_.get());
  local_callers_->Close();
  if (options_.at_stop == BrokerOptions::AtStop::kEndRuns) EndRuns();
  Settle();
}

void Broker::EndRuns() {
  for (const auto& [_, helper] : children_) {
    // In a launcher that is not a supervisor yet, the signal stays pending until it is one.
    if (helper.kind == Kind::kLauncher) (void)helper.process.Signal(SIGTERM);
  }
  const auto runs = registry_->List();
  if (!runs) return;
  for (const run::RunState& state : *runs) {
    const pid_t supervisor = state.record.supervisor;
    if (!state.supervised || supervisor <= 0 || children_.contains(supervisor)) continue;
    run::Process process;
    process.pid = supervisor;
    process.start_time = state.record.supervisor_start;
    run::SignalProcess(process, SIGTERM);
  }
}

// A launcher that has not answered yet counts as a run.
std::size_t Broker::CountRuns() const {
  std::size_t count = 0;
  for (const auto& [_, helper] : children_) count += helper.kind == Kind::kLauncher ? 1 : 0;
  const auto runs = registry_->List();
  if (!runs) return count;
  return count + static_cast<std::size_t>(
                     std::count_if(runs->begin(), runs->end(), [this](const run::RunState& state) {
                       return state.supervised && !children_.contains(state.record.supervisor);
                     }));
}

void Broker::StopIfIdle() {
  if (stopping_) {
    const bool waits = options_.at_stop == BrokerOptions::AtStop::kEndRuns;
    if (!waits || CountRuns() == 0) loop_.Stop();
    return;
  }
  if (drain_ == Drain::kNone || !gateways_.empty()) return;
  const std::size_t runs = CountRuns();
  if (drain_ == Drain::kWaits && (runs > 0 || !local_callers_->idle())) return;
  if (runs > 0) {
    log_(base::Level::kWarning, fmt::format("the drain's time is over; {} runs are left", runs));
  }
  BeginStop();
}

}  // namespace broker
