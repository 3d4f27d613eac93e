#include "gateway/broker/local_listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/packet.h"
#include "gateway/installation/local_account.h"
#include "gateway/monitor/local_monitor.h"
#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kShortage{100};
// Each refusal costs a process. This pause limits a caller that asks again at once.
constexpr std::chrono::milliseconds kAfterRefusal{10};
constexpr std::chrono::minutes kQuiet{1};  // between two warnings in the log
constexpr std::chrono::seconds kSendPatience{5};
constexpr std::chrono::seconds kOverdue{5};  // until SIGALRM ends a monitor that hangs

}  // namespace

LocalListener::LocalListener(base::UniqueFd listener, Deps deps, Hooks hooks)
    : listener_(std::move(listener)), deps_(deps), hooks_(std::move(hooks)) {
  deps_.loop.Watch(listener_.get(), POLLIN, [this](short) { OnListener(); });
}

LocalListener::~LocalListener() {
  Close();
  for (const auto& [fd, caller] : callers_) deps_.loop.Unwatch(fd);
}

void LocalListener::Close() {
  deps_.loop.Cancel(std::exchange(pause_, 0));
  deps_.loop.Cancel(std::exchange(quiet_, 0));
  if (listener_) deps_.loop.Unwatch(listener_.get());
  listener_.Reset();
}

void LocalListener::Answered(int caller) {
  callers_.erase(caller);
  Rearm();
}

std::size_t LocalListener::CountOf(uid_t uid) const {
  return static_cast<std::size_t>(
      std::count_if(callers_.begin(), callers_.end(),
                    [&](const auto& entry) { return entry.second.uid == uid; }));
}

void LocalListener::Pause(std::chrono::milliseconds delay) {
  deps_.loop.Cancel(pause_);
  pause_ = deps_.loop.After(delay, [this] {
    pause_ = 0;
    Rearm();
  });
  Rearm();
}

// A connection that is not accepted yet waits in the kernel's queue.
void LocalListener::Rearm() {
  if (!listener_) return;
  const bool open = pause_ == 0 && callers_.size() < kMostCallers;
  deps_.loop.Rearm(listener_.get(), open ? POLLIN : 0);
}

void LocalListener::OnListener() {
  base::UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client) {
    if (errno != EAGAIN && errno != EINTR) Pause(kShortage);
    return;
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  // The kernel names the account (unix(7)). Nothing that the caller sends can change it.
  if (getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
  // Limits the time that a process waits for a caller that does not read its answer.
  const timeval patience{kSendPatience.count(), 0};
  setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  hooks_.refresh();
  if (auto admitted = Admit(std::move(client), peer.uid); !admitted) {
    deps_.log(base::Level::kError, "local monitor: " + admitted.error().message());
    Pause(kShortage);
  }
}

base::Result<void> LocalListener::Admit(base::UniqueFd client, uid_t uid) {
  // One account's share: the places of others stay free.
  const bool too_many = CountOf(uid) >= kMostOfAccount;
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) return base::Fail(std::move(pair.error()));
  const int to_client = client.get();
  const int to_broker = pair->second.get();
  base::HoldLongPackets(to_broker);
  auto line = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!line) return base::Fail(std::move(line.error()));
  auto lines = deps_.child_log.Open("");
  if (!lines) return base::Fail(std::move(lines.error()));
  base::Result<std::string> account = base::Fail(base::Code::kUnavailable, "");
  const role::Birth birth = {
      .keep = {to_client, to_broker, line->first.get(), line->second.get()},
      .user = deps_.monitor_user,
      .log = lines->get(),
      .first = [&]() -> base::Result<void> {
        BeginPatience();
        hooks_.forget();
        account = installation::AccountOf(uid);  // nothing of the caller's has been read yet
        return {};
      }};
  auto child = role::ForkAs(role::kLocal, birth, deps_.log, [&](const base::Log& log) {
    return Serve({to_client, to_broker, std::move(*line)}, account, uid, too_many, log);
  });
  if (!child) return base::Fail(std::move(child.error()));
  hooks_.born(std::move(*child));
  const int fd = pair->first.get();
  callers_[fd] = Caller{std::move(pair->first), uid};
  deps_.loop.Watch(fd, POLLIN, [this, fd](short) { OnMonitor(fd); });
  if (too_many) TurnAway(uid);
  Rearm();
  return {};
}

void LocalListener::TurnAway(uid_t uid) {
  Pause(kAfterRefusal);
  if (quiet_ != 0) return;
  deps_.log(base::Level::kWarning,
            fmt::format("refused: user {} has {} requests under way through the local socket, "
                        "and asks for more",
                        uid, kMostOfAccount));
  quiet_ = deps_.loop.After(kQuiet, [this] { quiet_ = 0; });
}

// SIGALRM ends a monitor that hangs.
void LocalListener::BeginPatience() const {
  const auto patience = deps_.configuration.settings.login_grace;
  (void)std::signal(SIGALRM, SIG_DFL);  // the parent may have ignored it
  alarm(
      static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(patience + kOverdue).count()));
}

int LocalListener::Serve(monitor::LocalMonitor::Sockets sockets,
                         const base::Result<std::string>& account, uid_t uid, bool too_many,
                         const base::Log& log) const {
  monitor::LocalMonitor monitor(std::move(sockets), account.value_or(fmt::format("#{}", uid)), log);
  if (!account) {
    monitor.RunUnknowing(account.error());
    return 0;
  }
  const bool known = deps_.configuration.policy.UnixUserOf(*account) != nullptr;
  monitor.Run(!known     ? monitor::LocalMonitor::Standing::kUnknown
              : too_many ? monitor::LocalMonitor::Standing::kTooMany
                         : monitor::LocalMonitor::Standing::kKnown,
              deps_.configuration.settings.login_grace);
  return 0;
}

void LocalListener::OnMonitor(int monitor) {
  const SpareDescriptors::Loan loan(deps_.spare);
  auto received = wire::Receive<wire::FromLocalMonitor>(monitor, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (received) {
    if (const auto* stranger = std::get_if<wire::LocalStranger>(&received->message)) {
      Pause(kAfterRefusal);
      return hooks_.stranger(*stranger);
    }
  }
  deps_.loop.Unwatch(monitor);  // a request is the monitor's last message
  if (!received || received->fds.size() != 1) return Answered(monitor);
  hooks_.request({monitor, callers_.at(monitor).uid,
                  std::get<wire::LocalRequest>(std::move(received->message)),
                  std::move(received->fds.front())});
}

}  // namespace broker
