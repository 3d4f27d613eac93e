#include "gateway/ssh/sessions.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/role/birth.h"
#include "gateway/role/child_log.h"
#include "gateway/ssh/ending.h"
#include "gateway/ssh/session.h"
#include "gateway/wire/messages.h"

namespace ssh {
namespace {

// A session that nobody has logged in on ends itself when the grace is over. It may have to wait
// for its monitor first; one that stays longer than that is ended.
constexpr std::chrono::milliseconds kOverdue{15'000};
constexpr std::chrono::milliseconds kSweep{5'000};
constexpr std::size_t kWordsAtOnce = 64;

// No thread but this one was ever started.
// NOLINTBEGIN(concurrency-mt-unsafe)
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

std::string_view Name(Offence offence) {
  switch (offence) {
    case Offence::kCrash:
      return "a session of theirs crashed";
    case Offence::kAuthFail:
      return "refused signatures";
    case Offence::kGrace:
      return "nobody logged in in time";
    case Offence::kNoAuth:
      break;
  }
  return "connections that nobody logged in on";
}

// Whether whoever looks after this host has ended it (SIGKILL: its memory ran out), not the client.
bool IsOrder(int signal) {
  return signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGKILL;
}

}  // namespace

Sessions::~Sessions() {
  tools_.loop.Cancel(sweep_);
  for (auto& [_, entry] : sessions_) {
    entry.process.Detach();
    if (entry.words) tools_.loop.Unwatch(entry.words.get());
  }
}

base::Result<void> Sessions::Start(const base::UniqueFd& client, const Address& address,
                                   Door::Place place) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!pair) return base::Fail(std::move(pair.error()));
  auto words = base::MakePipe();
  if (!words) return base::Fail(std::move(words.error()));
  auto copy = client.Duplicate();
  if (!copy) return base::Fail(std::move(copy.error()));
  for (const int end : {words->first.get(), words->second.get()}) {
    if (auto done = base::SetNonBlocking(end); !done) return done;
  }
  auto lines = tools_.child_log.Open(address.Text() + ": ");
  if (!lines) return base::Fail(std::move(lines.error()));
  const role::Birth birth = {
      .keep = {copy->get(), pair->first.get()}, .log = lines->get(), .first = GiveSignalsBack};
  auto child = role::ForkAs(role::kSession, birth, tools_.log, [&](const base::Log& log) {
    return Serve(std::move(*copy), std::move(pair->first), log);
  });
  if (!child) return base::Fail(std::move(child.error()));
  const pid_t pid = child->pid();
  const int hear = words->first.get();
  sessions_.emplace(pid, Entry{std::move(*child), address, std::move(place),
                               std::move(words->first), tools_.clock.Monotonic()});
  tools_.loop.Watch(hear, POLLIN, [this, pid](short) { OnWords(pid); });
  if (sweep_ == 0) sweep_ = tools_.loop.After(kSweep, [this] { EndOverdue(); });
  if (auto told = tools_.broker.Announce(address, pair->second.get(), words->second.get()); !told) {
    tools_.log(base::Level::kError, address.Text() + ": " + told.error().message());
  }
  return {};
}

// In the new process: a copy of this one, of which it keeps two descriptors.
int Sessions::Serve(base::UniqueFd client, base::UniqueFd monitor, const base::Log& log) const {
  auto session =
      Session::Create(tools_.server_side, std::move(client), std::move(monitor), tools_.clock, log);
  if (!session) {
    log(base::Level::kError, session.error().message());
    return static_cast<int>(Ending::kBroken);
  }
  return static_cast<int>((*session)->Run());
}

void Sessions::OnWords(pid_t pid) {
  const auto found = sessions_.find(pid);
  if (found != sessions_.end()) HearWords(found->second);
}

void Sessions::HearWords(Entry& entry) {
  std::array<char, kWordsAtOnce> words{};
  if (!entry.words) return;
  const ssize_t n = read(entry.words.get(), words.data(), words.size());
  if (n < 0) return;
  for (const char word : std::string_view(words.data(), static_cast<std::size_t>(n))) {
    entry.failed |= word == static_cast<char>(wire::Word::kFailed);
    entry.logged_in |= word == static_cast<char>(wire::Word::kLoggedIn);
  }
  if (entry.logged_in) entry.place.LoggedIn();
  if (n != 0 && !entry.logged_in) return;
  tools_.loop.Unwatch(entry.words.get());
  entry.words.Reset();
}

void Sessions::Reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    const auto found = sessions_.find(pid);
    if (found == sessions_.end()) continue;
    Entry& entry = found->second;
    HearWords(entry);  // what its monitor said last
    NoteEnd(entry, status);
    if (entry.words) tools_.loop.Unwatch(entry.words.get());
    entry.process.Detach();  // reaped
    sessions_.erase(found);
  }
}

void Sessions::NoteEnd(const Entry& entry, int status) {
  if (WIFSIGNALED(status)) {
    tools_.log(base::Level::kError, fmt::format("{}: its session was killed by signal {}",
                                                entry.address.Text(), WTERMSIG(status)));
    if (entry.overdue) return Penalise(entry, Offence::kGrace);
    if (!IsOrder(WTERMSIG(status))) Penalise(entry, Offence::kCrash);
    return;
  }
  if (entry.logged_in) return;
  if (entry.failed) Penalise(entry, Offence::kAuthFail);
  if (WEXITSTATUS(status) == role::kNotConfined) return;
  switch (static_cast<Ending>(WEXITSTATUS(status))) {
    case Ending::kDone:
    case Ending::kBroken:
    case Ending::kSilent:
      return;
    case Ending::kGrace:
      return Penalise(entry, Offence::kGrace);
    case Ending::kNoLogin:
      if (!entry.failed) Penalise(entry, Offence::kNoAuth);
      return;
  }
  tools_.log(base::Level::kError, fmt::format("{}: its session ended with status {}",
                                              entry.address.Text(), WEXITSTATUS(status)));
  Penalise(entry, Offence::kNoAuth);
}

void Sessions::Penalise(const Entry& entry, Offence offence) {
  if (entry.place.blameless()) return;
  const base::IpAddress& address = entry.place.address();
  const auto left = tools_.door.Penalise(address, offence, tools_.clock.Monotonic());
  if (!left) return;
  tools_.log(base::Level::kWarning,
             fmt::format("{}: refused for {} s from now: {}", tools_.door.SourceOf(address).Text(),
                         left->count() / 1000, Name(offence)));
}

void Sessions::EndOverdue() {
  sweep_ = 0;
  const base::MonotonicTime limit =
      tools_.clock.Monotonic() - tools_.door.bounds().login_grace - kOverdue;
  bool waiting = false;
  for (auto& [_, entry] : sessions_) {
    if (entry.logged_in) continue;
    waiting = true;
    if (entry.since >= limit) continue;
    tools_.log(base::Level::kError, entry.address.Text() + ": its session is overdue and killed");
    entry.overdue = true;
    (void)entry.process.Signal(SIGKILL);
  }
  if (waiting) sweep_ = tools_.loop.After(kSweep, [this] { EndOverdue(); });
}

}  // namespace ssh
