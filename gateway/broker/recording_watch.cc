#include "gateway/broker/recording_watch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/event.h"
#include "gateway/record/stream.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kLookEvery{5000};

}  // namespace

void RecordingWatch::Begin() {
  Look();
  loop_.After(kLookEvery, [this] { Begin(); });
}

void RecordingWatch::Look() {
  const auto runs = registry_.ListRecords();
  if (!runs) return;
  for (auto& [_, seen] : seen_) seen.missed = true;
  for (const run::RunRecord* record : *runs) {
    Seen& seen = seen_[record->id];
    seen.missed = false;
    Look(*record, seen);
  }
  std::erase_if(seen_, [](const auto& entry) { return entry.second.missed; });
}

void RecordingWatch::Look(const run::RunRecord& run, Seen& seen) {
  const std::string path = run.id + "/" + record::kState;
  struct stat info {};
  // The recording belongs to another user, so no link in it is followed.
  if (fstatat(store_.fd(), path.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  const std::int64_t changed =
      std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  if (changed == seen.changed) return;
  const auto text = base::ReadFile(store_.fd(), path, record::kStateRoom);
  if (!text) return;
  const auto state = record::ParseState(*text);
  if (!state) return;  // the recorder is writing it; the next look reads it
  seen.changed = changed;
  Tell(run, *state, seen);
}

void RecordingWatch::Warn(const run::RunRecord& run, const std::string& what) {
  log_(base::Level::kWarning, fmt::format("{}+{} run {} of {}: its recording: {}", run.app,
                                          run.release, run.id, base::Escape(run.person, 64), what));
}

void RecordingWatch::Tell(const run::RunRecord& run, const record::State& state, Seen& seen) {
  using Phase = record::State::Phase;
  if (state.phase == Phase::kEnded) return;  // the archivist takes over
  audit::RecordingProgress progress{.run = run.id, .files = {}};
  for (const record::Extent& extent : state.extents) progress.files.push_back(extent.Text());
  audit_.Post(progress);
  if (state.phase == Phase::kRecording && !state.cause.empty() && state.cause != seen.remark) {
    seen.remark = state.cause;
    Warn(run, state.cause);
    audit_.Post(audit::RecordingWarned{
        .run = run.id, .app = run.app, .person = run.person, .cause = state.cause});
  }
  const bool paused = state.phase == Phase::kPaused;
  if (paused == std::exchange(seen.paused, paused)) return;
  if (paused) {
    Warn(run, "paused: " + state.cause);
    audit_.Post(audit::RecordingPaused{.run = run.id, .cause = state.cause});
  } else {
    audit_.Post(audit::RecordingResumed{.run = run.id});
  }
}

}  // namespace broker
