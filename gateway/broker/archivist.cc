#include "gateway/broker/archivist.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "gateway/record/archive.h"
#include "gateway/record/playback.h"
#include "gateway/record/usage.h"

namespace broker {
namespace {

constexpr std::chrono::hours kMostJump{24};

}  // namespace

bool Archivist::Archive(const std::vector<std::string>& runs) {
  bool good = true;
  // Recorders do not sync their files, so one syncfs(2) does it for all.
  if (!runs.empty() && syncfs(deps_.store.fd()) != 0) good = false;
  for (const std::string& run : runs) {
    const auto done = Archive(run);
    if (done) continue;
    good = false;
    deps_.log(base::Level::kError,
              fmt::format("recording {}: {}", base::Escape(run), done.error().message()));
  }
  return good;
}

base::Result<void> Archivist::Archive(const std::string& run) {
  if (!record::IsOpen(deps_.store, run)) return {};
  if (!record::IsTold(deps_.store, run)) {
    // The audit log has the digests of the plain files before they are changed.
    if (auto told = Tell(run); !told) return told;
  }
  if (auto packed = record::Compress(deps_.store, run); !packed) return packed;
  const auto about = record::ReadAbout(deps_.store, run);
  auto usage = record::ReadUsage(deps_.store);
  if (!about || !usage) return {};  // the next pruning counts it
  usage->Add(about->person, about->app, record::BytesOnDisk(deps_.store, run));
  return record::WriteUsage(deps_.store, *usage);
}

base::Result<void> Archivist::Tell(const std::string& run) {
  const auto extents = record::FinalExtents(deps_.store, run);
  if (!extents) return base::Fail(extents.error());
  audit::RecordingEnded ended;
  ended.run = run;
  if (const auto about = record::ReadAbout(deps_.store, run)) {
    ended.app = about->app;
    ended.person = about->person;
  }
  for (const record::Extent& extent : *extents) ended.files.push_back(extent.Text());
  if (auto recorded = deps_.record(ended); !recorded) return recorded;
  return record::MarkTold(deps_.store, run);
}

// An archived recording that is not removed yet.
struct Archivist::Kept {
  record::Archived archived;
  std::string person;
  std::string app;
  bool gone = false;
};

base::Result<void> Archivist::CheckClock(const Pruning& pruning,
                                         std::optional<base::WallTime> newest) {
  const auto believed = record::ClockBelievedAt(deps_.store);
  if (believed) newest = believed;
  const base::WallTime now = deps_.clock.Now();
  const auto jump = newest ? std::chrono::abs(now - *newest) : std::chrono::milliseconds(0);
  // A clock that is wrong by years would make every recording look old enough to be removed.
  if (jump <= kMostJump || pruning.synchronised) return record::BelieveClock(deps_.store);
  return base::Fail(
      base::Code::kUnavailable,
      fmt::format("the clock says {}, and was last believed at {}: more than a day apart; set the "
                  "clock, or, if it is right, touch {} in the folder of the recordings",
                  base::FormatUtc(now), base::FormatUtc(*newest), record::kClock));
}

base::Result<void> Archivist::Remove(const Kept& recording, const Pruning& pruning,
                                     std::string_view cause) {
  // The event comes first: `oneoff audit verify` reports a recording that is missing without one.
  const audit::RecordingPruned event{.run = recording.archived.id,
                                     .by = pruning.by,
                                     .cause = std::string(cause),
                                     .bytes = recording.archived.bytes};
  if (auto recorded = deps_.record(event); !recorded) return recorded;
  return deps_.store.Remove(recording.archived.id);
}

base::Result<Archivist::Pruned> Archivist::Prune(const Pruning& pruning) {
  auto archived = record::ListArchived(deps_.store);
  if (!archived) return base::Fail(archived.error());
  std::vector<Kept> all;  // oldest first
  record::Usage usage;
  for (record::Archived& recording : *archived) {
    const auto about = record::ReadAbout(deps_.store, recording.id);
    const Kept& kept = all.emplace_back(
        Kept{std::move(recording), about ? about->person : "", about ? about->app : ""});
    usage.Add(kept.person, kept.app, kept.archived.bytes);
  }
  (void)record::WriteUsage(deps_.store, usage);
  const auto newest = all.empty() ? std::nullopt : std::optional(all.back().archived.ended);
  if (auto clock = CheckClock(pruning, newest); !clock) return base::Fail(clock.error());

  const base::WallTime now = deps_.clock.Now();
  Pruned pruned;
  base::Result<void> done;
  const auto remove = [&](Kept& kept, std::string_view cause) {
    if (done) done = Remove(kept, pruning, cause);
    if (!done) return;
    kept.gone = true;
    usage.Subtract(kept.person, kept.app, kept.archived.bytes);
    ++pruned.recordings;
    pruned.bytes += kept.archived.bytes;
  };
  for (Kept& kept : all) {
    if (kept.archived.ended < now - pruning.retain) remove(kept, "retain");
  }
  const auto may_go = [&](const Kept& kept) {
    return !kept.gone && kept.archived.ended <= now - pruning.min_age;
  };
  for (Kept& kept : all) {
    if (may_go(kept) && usage.OfPerson(kept.person) > pruning.per_person)
      remove(kept, "per_person");
    if (may_go(kept) && usage.OfApp(kept.app) > pruning.per_app) remove(kept, "per_app");
  }
  while (done && usage.all() > pruning.max_disk) {
    // Remove the oldest recording of the person who uses most.
    Kept* next = nullptr;
    for (Kept& kept : all) {
      if (!may_go(kept)) continue;
      if (next == nullptr || usage.OfPerson(kept.person) > usage.OfPerson(next->person))
        next = &kept;
    }
    if (next == nullptr) break;
    remove(*next, "max_disk");
  }
  (void)record::WriteUsage(deps_.store, usage);
  if (!done) return base::Fail(std::move(done.error()));
  return pruned;
}

}  // namespace broker
