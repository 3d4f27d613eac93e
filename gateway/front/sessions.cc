#include "gateway/front/sessions.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include "base/packet.h"
#include "gateway/front/tcp_state.h"
#include "gateway/role/birth.h"
#include "gateway/role/child_log.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/session_process.h"

namespace front {
namespace {

// A session without a login ends itself when the grace time is over. It may first have to wait for
// its monitor. The gateway kills a session that stays longer than this.
constexpr std::chrono::milliseconds kOverdue{15'000};
constexpr std::chrono::milliseconds kSweep{5'000};
constexpr std::size_t kMostBytes = 256;  // of a packet from the monitor
// A client that leaves within this time without a byte counts as a health probe.
constexpr std::chrono::milliseconds kProbe{1'500};
// How long a client may take for its first byte, and between two bytes of its key exchange, before
// it has to make room for other clients.
constexpr std::chrono::milliseconds kFirstByte{200};
constexpr std::chrono::milliseconds kNextByte{2'000};
// Sessions that are turned out and have not ended yet. They use memory although they hold no slot.
constexpr std::size_t kMostLeaving = 32;

// This process has one thread, so sigprocmask is safe.
// NOLINTBEGIN(concurrency-mt-unsafe)
base::Result<void> GiveSignalsBack() {
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return base::FailSystem("sigprocmask");
  for (const int number : {SIGPIPE, SIGXFSZ}) {
    // A write to a client or a command that has gone then fails with EPIPE instead of killing the
    // session; SIGXFSZ would come from the file size limit of zero (setrlimit(2)).
    if (signal(number, SIG_IGN) == SIG_ERR) return base::FailSystem("signal");
  }
  return {};
}
// NOLINTEND(concurrency-mt-unsafe)

base::Result<base::FdPair> MakeNonBlockingPair() {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) return pair;
  for (const int end : {pair->first.get(), pair->second.get()}) {
    if (auto done = base::SetNonBlocking(end); !done) return base::Fail(std::move(done.error()));
  }
  return pair;
}

std::string_view Name(Offence offence) {
  switch (offence) {
    case Offence::kCrash:
      return "a session of theirs crashed";
    case Offence::kAuthFail:
      return "refused signatures";
    case Offence::kGrace:
      return "no login within login_grace";
    case Offence::kNoAuth:
      break;
  }
  return "connections without a login";
}

// True if the operator or the kernel ended the session (SIGKILL: also when memory ran out). A crash
// that a client causes has another signal.
bool IsOrder(int signal) {
  return signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGKILL;
}

}  // namespace

Sessions::~Sessions() {
  deps_.loop.Cancel(sweep_);
  for (auto& [_, entry] : sessions_) {
    entry.process.Detach();
    StopHearing(entry);
  }
}

// Neither its monitor nor the session itself is heard from here on.
void Sessions::StopHearing(Entry& entry) {
  for (base::UniqueFd* const fd : {&entry.words, &entry.held}) {
    if (*fd) deps_.loop.Unwatch(fd->get());
    fd->Reset();
  }
}

base::Result<void> Sessions::Start(const base::UniqueFd& client, const Address& address,
                                   ConnectionLimiter::Slot slot) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) return base::Fail(std::move(pair.error()));
  base::HoldLongPackets(pair->first.get());  // the session's side
  auto words = MakeNonBlockingPair();
  if (!words) return base::Fail(std::move(words.error()));
  auto held = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!held) return base::Fail(std::move(held.error()));
  // One duplicate for the session, which may close it at any time; one for this process, which
  // watches the first bytes of the key exchange by TCP_INFO.
  auto copy = client.Duplicate();
  if (!copy) return base::Fail(std::move(copy.error()));
  auto kept = client.Duplicate();
  if (!kept) return base::Fail(std::move(kept.error()));
  // A balancer's header came on this connection first. Its bytes are not the client's.
  const std::uint64_t before = BytesReadOf(client.get());
  auto lines = deps_.child_log.Open(address.Text() + ": ");
  if (!lines) return base::Fail(std::move(lines.error()));
  const role::Birth birth = {.keep = {copy->get(), pair->first.get(), held->second.get()},
                             .log = lines->get(),
                             .first = GiveSignalsBack};
  auto child = role::ForkAs(role::kSession, birth, deps_.log, [&](const base::Log& log) {
    return static_cast<int>(
        deps_.serve({std::move(*copy), std::move(pair->first), std::move(held->second)}, log));
  });
  if (!child) return base::Fail(std::move(child.error()));
  const pid_t pid = child->pid();
  Add(pid, Entry{.process = std::move(*child),
                 .address = address,
                 .slot = std::move(slot),
                 .words = std::move(words->first),
                 .since = deps_.clock.Monotonic(),
                 .client = std::move(*kept),
                 .before = before,
                 .number = next_number_++,
                 .held = std::move(held->first)});
  if (sweep_ == 0) sweep_ = deps_.loop.After(kSweep, [this] { EndOverdue(); });
  // After the fork: if the broker is gone, the session finds its monitor's socket closed and ends.
  if (auto told = deps_.broker.Announce(address, pair->second.get(), words->second.get()); !told) {
    deps_.log(base::Level::kError, address.Text() + ": " + told.error().message());
  }
  return {};
}

void Sessions::Add(pid_t pid, Entry entry) {
  if (entry.client) unexchanged_.emplace(entry.number, pid);
  if (entry.words) {
    deps_.loop.Watch(entry.words.get(), POLLIN, [this, pid](short) { OnWords(pid); });
  }
  if (entry.held) {
    deps_.loop.Watch(entry.held.get(), POLLIN, [this, pid](short) { OnHeld(pid); });
  }
  sessions_.emplace(pid, std::move(entry));
}

void Sessions::OnWords(pid_t pid) {
  const auto found = sessions_.find(pid);
  if (found != sessions_.end()) HearWords(found->second);
}

void Sessions::OnHeld(pid_t pid) {
  const auto found = sessions_.find(pid);
  if (found == sessions_.end() || !found->second.held) return;
  Entry& entry = found->second;
  wire::HeldBytes bytes = 0;
  const ssize_t n = recv(entry.held.get(), &bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n != sizeof bytes) {  // it has ended
    deps_.loop.Unwatch(entry.held.get());
    return entry.held.Reset();
  }
  if (const auto bound = entry.slot.Hold(bytes)) EndHeldMost(entry.slot, *bound);
}

// The one that holds most is told to end, and counts as if it held nothing from here on.
void Sessions::EndHeldMost(const ConnectionLimiter::Slot& slot, wire::HeldBound bound) {
  Entry* most = nullptr;
  for (auto& [_, entry] : sessions_) {
    if (!entry.held || !slot.SharesWith(entry.slot, bound)) continue;
    if (most == nullptr || entry.slot.held() > most->slot.held()) most = &entry;
  }
  if (most == nullptr) return;
  (void)send(most->held.get(), &bound, sizeof bound, MSG_DONTWAIT | MSG_NOSIGNAL);
  deps_.loop.Unwatch(most->held.get());
  most->held.Reset();
  (void)most->slot.Hold(0);
}

void Sessions::HearWords(Entry& entry) {
  while (entry.words) {
    std::array<char, kMostBytes> word{};
    const ssize_t n = recv(entry.words.get(), word.data(), word.size(), MSG_DONTWAIT);
    if (n < 0) return;
    if (n > 0) Heed(entry, {word.data(), static_cast<std::size_t>(n)});
    // After the login no further word counts.
    if (n > 0 && !entry.logged_in) continue;
    deps_.loop.Unwatch(entry.words.get());
    entry.words.Reset();
  }
}

void Sessions::Heed(Entry& entry, std::string_view word) {
  switch (static_cast<wire::LoginOutcome>(word.front())) {
    case wire::LoginOutcome::kExchanged:
      return Forget(entry);
    case wire::LoginOutcome::kFailed:
      entry.failed = true;
      return;
    case wire::LoginOutcome::kGuessed:
      ++entry.guesses;
      return;
    case wire::LoginOutcome::kLoggedIn:
      return LogIn(entry, std::string(word.substr(1)));
  }
}

void Sessions::LogIn(Entry& entry, const std::string& person) {
  Forget(entry);
  std::string answer(wire::kSlotGiven);
  if (const auto refusal = entry.slot.LogIn(person)) {
    entry.refused = true;
    answer = refusal->Words();
    deps_.refused(entry.slot.address(), refusal->reason, person);
  } else {
    entry.logged_in = true;
  }
  // A monitor of an older version waits for no answer, and may be gone.
  (void)send(entry.words.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Stops watching the client's bytes: its key exchange is done or its session is ending.
void Sessions::Forget(Entry& entry) {
  entry.client.Reset();
  unexchanged_.erase(entry.number);
}

std::optional<Sessions::Room> Sessions::MakeRoom(Need need, std::size_t own) {
  if (leaving_ >= kMostLeaving) return std::nullopt;
  const base::MonotonicTime now = deps_.clock.Monotonic();
  std::optional<pid_t> stalled;
  for (const auto& [_, pid] : unexchanged_) {
    Entry& entry = sessions_.at(pid);
    const auto state = TcpStateOf(entry.client.get());
    // A source does not take the place of one that holds less, however slow that client is.
    if (!state || deps_.limiter.StartupsOf(entry.slot.source()) < own) continue;
    if (state->received <= entry.before) {
      if (now - entry.since >= kFirstByte) return Room{TurnOut(pid, entry, Reason::kSilent)};
      // This one is silent and too young to be ended. If it stays silent, its time is over in a
      // moment.
      if (need == Need::kSoon) return Room{};
    } else if (!stalled && state->since_received >= kNextByte) {
      stalled = pid;
    }
  }
  if (stalled) return Room{TurnOut(*stalled, sessions_.at(*stalled), Reason::kSilent)};
  const auto oldest = OldestOfLargestSource(own);
  if (!oldest) return std::nullopt;
  Entry& entry = sessions_.at(*oldest);
  HearWords(entry);
  if (entry.logged_in || entry.refused) return Room{};  // just now: it takes no more room
  const auto state = entry.client ? TcpStateOf(entry.client.get()) : std::nullopt;
  const bool silent = state && state->received <= entry.before;
  return Room{TurnOut(*oldest, entry, silent ? Reason::kSilent : Reason::kReplaced)};
}

// A client that keeps its connections alive without a login looks like a person who types a
// passphrase. So no source keeps more of them than others once there are many.
std::optional<pid_t> Sessions::OldestOfLargestSource(std::size_t own) const {
  const std::size_t least = own == 0 ? 1 : own + 2;  // one more would only change places
  std::optional<pid_t> oldest;
  std::pair<std::size_t, std::uint64_t> of_oldest;  // connections of its source, its number
  for (const auto& [pid, entry] : sessions_) {
    // A load balancer's own connections are its health checks.
    if (entry.logged_in || entry.refused || entry.turned_out || entry.slot.blameless()) continue;
    const std::size_t count = deps_.limiter.StartupsOf(entry.slot.source());
    const bool before =
        count > of_oldest.first || (count == of_oldest.first && entry.number < of_oldest.second);
    if (count < least || (oldest && !before)) continue;
    oldest = pid;
    of_oldest = {count, entry.number};
  }
  return oldest;
}

Sessions::Ended Sessions::TurnOut(pid_t pid, Entry& entry, Reason reason) {
  const auto state = entry.client ? TcpStateOf(entry.client.get()) : std::nullopt;
  kill(pid, SIGKILL);  // not reaped yet, so the pid is still its own
  Ended ended{reason, std::move(entry.client), entry.address, state && state->sent > 0};
  Penalise(entry, entry.failed ? Offence::kAuthFail : Offence::kNoAuth);
  entry.turned_out = true;
  ++leaving_;
  entry.slot.Vacate();
  Forget(entry);
  StopHearing(entry);
  return ended;
}

void Sessions::Reap() {
  for (;;) {
    int status = 0;
    // A loop, because several children may end before one SIGCHLD is read: standard signals do not
    // queue (signal(7)).
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    const auto found = sessions_.find(pid);
    // A process that read a PROXY header.
    if (found == sessions_.end()) continue;
    Entry& entry = found->second;
    HearWords(entry);  // the monitor's last packets
    NoteEnd(entry, status);
    StopHearing(entry);
    Forget(entry);
    entry.process.Detach();  // reaped
    if (entry.turned_out) --leaving_;
    sessions_.erase(found);
  }
}

void Sessions::NoteEnd(const Entry& entry, int status) {
  if (entry.turned_out) return;  // TurnOut has noted it
  if (WIFSIGNALED(status)) {
    deps_.log(base::Level::kError, fmt::format("{}: its session was killed by signal {}",
                                               entry.address.Text(), WTERMSIG(status)));
    if (entry.overdue) return Penalise(entry, Offence::kGrace);
    if (IsOrder(WTERMSIG(status))) return;
    Penalise(entry, Offence::kCrash);
    return deps_.crashed(entry.slot.address());
  }
  if (entry.logged_in || entry.refused) return;
  if (entry.failed) Penalise(entry, Offence::kAuthFail);
  for (int i = 0; i < entry.guesses; ++i) Penalise(entry, Offence::kAuthFail);
  // Our own failure, and not the client's offence.
  if (WEXITSTATUS(status) == role::kNotConfined) return;
  switch (static_cast<wire::SessionEnding>(WEXITSTATUS(status))) {
    case wire::SessionEnding::kDone:
    case wire::SessionEnding::kBroken:
      return;
    case wire::SessionEnding::kSilent:
      // Health probes of monitoring systems connect and leave. They must not be penalised.
      if (deps_.clock.Monotonic() - entry.since > kProbe) Penalise(entry, Offence::kNoAuth);
      return;
    case wire::SessionEnding::kGrace:
      return Penalise(entry, Offence::kGrace);
    case wire::SessionEnding::kNoLogin:
      if (!entry.failed && entry.guesses == 0) Penalise(entry, Offence::kNoAuth);
      return;
  }
  deps_.log(base::Level::kError, fmt::format("{}: its session ended with status {}",
                                             entry.address.Text(), WEXITSTATUS(status)));
  Penalise(entry, Offence::kNoAuth);
}

void Sessions::Penalise(const Entry& entry, Offence offence) {
  if (entry.slot.blameless()) return;
  const base::IpAddress& address = entry.slot.address();
  const auto left = deps_.limiter.Penalise(address, offence, deps_.clock.Monotonic());
  if (!left) return;
  deps_.log(base::Level::kWarning,
            fmt::format("{}: refused for {} s from now: {}", deps_.limiter.SourceOf(address).Text(),
                        left->count() / 1000, Name(offence)));
}

void Sessions::EndOverdue() {
  sweep_ = 0;
  const base::MonotonicTime limit =
      deps_.clock.Monotonic() - deps_.limiter.bounds().login_grace - kOverdue;
  bool waiting = false;
  for (auto& [pid, entry] : sessions_) {
    if (entry.logged_in || entry.turned_out) continue;
    waiting = true;
    if (entry.since >= limit) continue;
    deps_.log(base::Level::kError, entry.address.Text() + ": its session is overdue and killed");
    entry.overdue = true;
    (void)entry.process.Signal(SIGKILL);
  }
  if (waiting) sweep_ = deps_.loop.After(kSweep, [this] { EndOverdue(); });
}

}  // namespace front
