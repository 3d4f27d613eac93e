#include "gateway/broker/archivist.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "gateway/record/archive.h"
#include "gateway/record/playback.h"

namespace broker {

bool Archivist::Archive(const std::vector<std::string>& runs) {
  bool good = true;
  // Nothing was synced while they grew.
  if (!runs.empty() && syncfs(supplies_.store.fd()) != 0) good = false;
  for (const std::string& run : runs) {
    const auto done = Archive(run);
    if (done) continue;
    good = false;
    supplies_.log(base::Level::kError,
                  fmt::format("recording {}: {}", base::Escape(run), done.error().message()));
  }
  return good;
}

base::Result<void> Archivist::Archive(const std::string& run) {
  if (!record::IsOpen(supplies_.store, run)) return {};
  if (!record::IsTold(supplies_.store, run)) {
    if (auto told = Tell(run); !told) return told;
  }
  return record::Compress(supplies_.store, run);
}

base::Result<void> Archivist::Tell(const std::string& run) {
  const auto extents = record::FinalExtents(supplies_.store, run);
  if (!extents) return base::Fail(extents.error());
  audit::RecordingEnded ended;
  ended.run = run;
  if (const auto about = record::ReadAbout(supplies_.store, run)) {
    ended.app = about->app;
    ended.person = about->person;
  }
  for (const record::Extent& extent : *extents) ended.files.push_back(extent.Text());
  if (auto recorded = supplies_.record(ended); !recorded) return recorded;
  return record::MarkTold(supplies_.store, run);
}

base::Result<Archivist::Pruned> Archivist::Prune(const Pruning& pruning) {
  const auto archived = record::ListArchived(supplies_.store);
  if (!archived) return base::Fail(archived.error());
  std::uint64_t total = 0;
  for (const record::Archived& recording : *archived) total += recording.bytes;
  const base::WallTime oldest = supplies_.clock.Now() - pruning.retain;
  Pruned pruned;
  for (const record::Archived& recording : *archived) {
    const bool old = recording.ended < oldest;
    if (!old && total <= pruning.max_disk) break;
    // On the record first: one that is missing without a word is a finding.
    const audit::RecordingPruned event{.run = recording.id,
                                       .by = pruning.by,
                                       .cause = old ? "retain" : "max_disk",
                                       .bytes = recording.bytes};
    if (auto recorded = supplies_.record(event); !recorded) return base::Fail(recorded.error());
    if (auto removed = supplies_.store.Remove(recording.id); !removed) {
      return base::Fail(removed.error());
    }
    total -= recording.bytes;
    ++pruned.recordings;
    pruned.bytes += recording.bytes;
  }
  return pruned;
}

}  // namespace broker
