#include "gateway/broker/archives.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/file.h"
#include "gateway/audit/client.h"
#include "gateway/broker/archivist.h"
#include "gateway/record/archive.h"
#include "gateway/role/birth.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kTogether{500};
constexpr std::chrono::hours kLookEvery{1};
constexpr std::chrono::minutes kLookAfterFailure{1};
constexpr std::chrono::seconds kAuditDeadline{30};
constexpr int kNice = 19;
constexpr int kIdleIo = 3 << 13;  // ioprio_set(2): IOPRIO_CLASS_IDLE

void BeUnimportant() {
  // Compressing must not slow down the apps on this host.
  (void)setpriority(PRIO_PROCESS, 0, kNice);
  (void)syscall(SYS_ioprio_set, 1, 0, kIdleIo);
}

// STA_UNSYNC is clear while a time synchronisation service is active (adjtimex(2)).
bool IsClockSynchronised() {
  timex clock{};
  return adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC) == 0;
}

}  // namespace

void Archives::AskPrune(std::string by, base::UniqueFd answer) {
  asked_ = Request{std::move(by), std::move(answer)};
}

void Archives::Add(const std::string& run) {
  if (waiting_.empty()) waiting_since_ = deps_.clock.Monotonic();
  waiting_.push_back(run);
}

std::optional<base::Child> Archives::Start(const config::RecordingSettings& settings) {
  const base::MonotonicTime now = deps_.clock.Monotonic();
  const bool due = look_through_ || now >= look_next_;
  const int control = deps_.audit_control();
  const bool waited = !waiting_.empty() && now >= waiting_since_ + kTogether;
  if (running_ || control < 0 || (!waited && !due && !asked_)) return std::nullopt;
  // Without recordings there is nothing to archive. A due archivist still runs, to note that the
  // clock is trusted.
  if (const auto all = deps_.store.List(); all && all->empty() && !asked_ && !due) {
    waiting_.clear();
    return std::nullopt;
  }
  std::vector<std::string> runs = std::exchange(waiting_, {});
  std::optional<Request> asked = std::exchange(asked_, std::nullopt);
  auto line = audit::Introduce(control);
  const int answer = asked ? asked->answer.get() : -1;
  const int store = deps_.store.fd();
  const int registry = deps_.registry.fd();
  auto lines = deps_.child_log.Open("");
  const role::Birth birth = {.keep = {line ? line->fd() : -1, store, registry, answer},
                             .user = deps_.recorder,
                             .log = lines ? lines->get() : -1,
                             .folders = {store},
                             .first = [&]() -> base::Result<void> {
                               deps_.forget();
                               if (!line) return base::Fail(line.error());
                               BeUnimportant();
                               // Still as root, because the archivist's user may not read the
                               // registry.
                               if (due) runs = FindOpen(runs);
                               close(registry);
                               return {};
                             }};
  const bool synchronised = IsClockSynchronised();
  auto child = role::ForkAs(role::kArchivist, birth, deps_.log, [&](const base::Log& log) {
    return Work(settings, runs, due || asked, *line, asked, synchronised, log);
  });
  if (!child) {
    deps_.log(base::Level::kError, "archivist: " + child.error().message());
    look_through_ = true;
    asked_ = std::move(asked);  // the next archivist answers
    return std::nullopt;
  }
  running_ = true;
  look_through_ = false;
  if (due) look_next_ = now + kLookEvery;
  return std::move(*child);
}

// Returns the recordings that are over and not archived yet; `otherwise` if the folder cannot be
// read.
std::vector<std::string> Archives::FindOpen(const std::vector<std::string>& otherwise) const {
  auto runs = deps_.store.List().value_or(otherwise);
  std::erase_if(runs, [&](const std::string& run) {
    return !record::IsOpen(deps_.store, run) || deps_.registry.Knows(run);
  });
  return runs;
}

int Archives::Work(const config::RecordingSettings& settings, const std::vector<std::string>& runs,
                   bool prune, audit::Client& client, const std::optional<Request>& asked,
                   bool synchronised, const base::Log& log) {
  // A broker that was killed may have left an archivist at work: two would replace each other's
  // files. The lock is this process's own, because flock(2) locks an open file description.
  const auto lock = record::LockForArchiving(deps_.store, [&log] {
    log(base::Level::kInfo, "archivist: another one is at work; waiting for it");
  });
  if (!lock) {
    log(base::Level::kError, "archivist: " + lock.error().message());
    return 1;
  }
  Archivist archivist({.store = deps_.store,
                       .record = [&](const audit::Event& event) -> base::Result<void> {
                         auto recorded = client.Record(event, kAuditDeadline);
                         if (!recorded) return base::Fail(std::move(recorded.error()));
                         return {};
                       },
                       .clock = deps_.clock,
                       .log = log});
  const bool archived = archivist.Archive(runs);
  const bool pruned = !prune || Prune(archivist, settings, synchronised, asked, log);
  return archived && pruned ? 0 : 1;
}

bool Archives::Prune(Archivist& archivist, const config::RecordingSettings& settings,
                     bool synchronised, const std::optional<Request>& asked, const base::Log& log) {
  const auto pruned = archivist.Prune({.retain = settings.retain,
                                       .max_disk = settings.max_disk,
                                       .per_app = settings.per_app,
                                       .per_person = settings.per_person,
                                       .min_age = settings.min_age,
                                       .by = asked ? asked->by : "the service",
                                       .synchronised = synchronised});
  const std::string said =
      pruned ? fmt::format("{} {} removed, {} bytes", pruned->recordings,
                           pruned->recordings == 1 ? "recording" : "recordings", pruned->bytes)
             : "not pruned: " + pruned.error().message();
  if (!pruned || pruned->recordings > 0) {
    log(pruned ? base::Level::kInfo : base::Level::kError, "recordings: " + said);
  }
  if (asked) (void)base::WriteAll(asked->answer.get(), said + "\n");
  return pruned.has_value();
}

void Archives::OnEnded(bool good) {
  running_ = false;
  if (good) return;
  look_next_ = std::min(look_next_, deps_.clock.Monotonic() + kLookAfterFailure);
}

}  // namespace broker
