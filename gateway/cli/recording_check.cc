#include "gateway/cli/recording_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/event.h"
#include "gateway/audit/line_reader.h"
#include "gateway/record/archive.h"
#include "gateway/record/playback.h"
#include "gateway/record/verify.h"
#include "gateway/run/registry.h"

namespace cli {
namespace {

constexpr int kMostReadings = 16;  // of a log that keeps growing
// The registry has a run before the log does; the log follows within this time.
constexpr std::chrono::seconds kStarting{15};

audit::Finding FindingOf(audit::Verdict verdict, const std::string& run, std::string message) {
  audit::Finding finding;
  finding.verdict = verdict;
  finding.run = base::Escape(run);
  finding.message = std::move(message);
  return finding;
}

std::vector<std::string> FilesOf(const audit::Record& record) {
  std::vector<std::string> files;
  const auto found = record.object.find("files");
  if (found == record.object.end() || !found->is_array()) return files;
  for (const auto& file : *found) {
    files.push_back(file.is_string() ? file.get<std::string>() : std::string("?"));
  }
  return files;
}

std::uint64_t BytesOf(int folder, const std::vector<std::string>& files) {
  std::uint64_t bytes = 0;
  for (const std::string& name : files) {
    struct stat info {};
    if (fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
      bytes += static_cast<std::uint64_t>(info.st_size);
    }
  }
  return bytes;
}

// Adds a finding if the recording cannot be replayed.
void AddUnplayable(const record::Store& store, const std::string& run,
                   std::vector<audit::Finding>& findings) {
  const auto unreadable = record::CountUnreadable(store, run);
  if (!unreadable) {
    findings.push_back(FindingOf(audit::Verdict::kIncomplete, run,
                                 "recording: as it was written, and cannot be replayed: " +
                                     base::Escape(unreadable.error().message())));
  } else if (*unreadable > 0) {
    findings.push_back(FindingOf(
        audit::Verdict::kIncomplete, run,
        fmt::format("recording: as it was written, and {} lines of its timing cannot be replayed",
                    *unreadable)));
  }
}

}  // namespace

RecordingCheck RecordingCheck::Prepare(const config::Paths& paths, std::uint64_t written) {
  RecordingCheck check(record::Store::OpenToRead(paths.lib), paths, written);
  check.ListRuns(paths.lib);
  check.Read();
  return check;
}

void RecordingCheck::ListRuns(const std::string& lib) {
  if (store_) {
    const auto ids = store_->List();
    for (const std::string& id : ids.value_or(std::vector<std::string>())) {
      const auto about = record::ReadAbout(*store_, id);
      if (about) unknown_[id] = about->started;
    }
  }
  if (access((lib + "/runs").c_str(), F_OK) != 0) return;
  const auto registry = run::Registry::Open(lib);
  if (!registry) return;
  const auto runs = registry->ListRecords();
  if (!runs) return;
  for (const run::RunRecord* const run : *runs) {
    const std::chrono::milliseconds since{static_cast<std::int64_t>(run->started_ms)};
    unknown_[run->id] = base::WallTime(since);
  }
}

void RecordingCheck::Read() {
  // The log's own verification reports each file that cannot be read here.
  const auto folder = base::OpenDirectory(log_);
  if (!folder) return;
  const auto files = audit::LogFiles(folder->get());
  if (!files) return;
  bytes_ = BytesOf(folder->get(), *files);  // first: later additions then count as new
  for (const std::string& name : *files) {
    auto reader = audit::LineReader::Open(folder->get(), name);
    while (reader) {
      const auto line = reader->Next();
      if (!line || !line->has_value()) break;
      if (!(*line)->too_long) NoteLine((*line)->bytes);
      // A string search before the parser, because most lines are about other events.
      if ((*line)->too_long || (*line)->bytes.find("recording.") == std::string_view::npos)
        continue;
      if (const auto record = audit::ParseRecord((*line)->bytes)) Note(*record);
    }
  }
}

// Notes run and number of a line. It searches the raw text: these patterns contain quotes, which a
// JSON string would escape.
void RecordingCheck::NoteLine(std::string_view line) {
  constexpr std::string_view kSeq = "{\"seq\":";
  if (!line.starts_with(kSeq)) return;
  std::uint64_t seq = 0;
  (void)std::from_chars(line.data() + kSeq.size(), line.data() + line.size(), seq);
  last_ = std::max(last_, seq);
  if (first_ == 0) {
    first_ = seq;
    if (const auto record = audit::ParseRecord(line)) first_time_ = record->time;
  }
  constexpr std::string_view kRun = "\"run\":\"";
  const bool told = line.find("\"event\":\"run.started\"") != std::string_view::npos ||
                    line.find("\"event\":\"run.ended\"") != std::string_view::npos;
  const std::size_t at = told && !unknown_.empty() ? line.find(kRun) : std::string_view::npos;
  if (at == std::string_view::npos) return;
  const std::string_view id = line.substr(at + kRun.size());
  unknown_.erase(std::string(id.substr(0, id.find('"'))));
}

// Returns whether the log had grown.
bool RecordingCheck::ReadAgain() {
  const auto folder = base::OpenDirectory(log_);
  if (!folder || read_again_ == kMostReadings) return false;
  const auto files = audit::LogFiles(folder->get());
  if (!files || BytesOf(folder->get(), *files) == bytes_) return false;
  ++read_again_;
  Read();
  return true;
}

void RecordingCheck::Note(const audit::Record& record) {
  const std::string run = record.Text("run");
  if (record.event == audit::Name(audit::RecordingPruned{})) pruned_.insert(run);
  if (record.event == audit::Name(audit::RecordingEnded{})) ended_[run] = record.seq;
  if (record.event == audit::Name(audit::RecordingProgress{})) progress_[run] = record.seq;
}

std::vector<audit::Finding> RecordingCheck::Look(const audit::Record& record) {
  std::vector<audit::Finding> findings = LookOnce(record);
  if (!findings.empty() && store_ && ReadAgain()) findings = LookOnce(record);
  return findings;
}

std::vector<audit::Finding> RecordingCheck::Unknown() {
  if (!unknown_.empty()) (void)ReadAgain();
  std::vector<audit::Finding> findings;
  const base::WallTime now = base::SystemClock().Now();
  for (const auto& [run, started] : unknown_) {
    const bool starting = started > now - kStarting && started <= now;
    const bool older = base::FormatUtc(started) < first_time_;
    // The first files of a log may have been pruned.
    if (first_ == 0 || starting || (older && first_ > 1)) continue;
    findings.push_back(FindingOfUnknown(run, started));
  }
  return findings;
}

audit::Finding RecordingCheck::FindingOfUnknown(const std::string& run,
                                                base::WallTime started) const {
  const std::string when = base::FormatUtc(started);
  if (when < first_time_) {
    return FindingOf(audit::Verdict::kIncomplete, run,
                     fmt::format("it is here, began {}, and is older than the log, which begins "
                                 "with record 1: another log had it, or this log was deleted",
                                 when));
  }
  return FindingOf(audit::Verdict::kDamaged, run,
                   fmt::format("it is here, began {}, and the log does not have its start: records "
                               "are missing",
                               when));
}

std::vector<audit::Finding> RecordingCheck::LookOnce(const audit::Record& record) {
  const std::string run = record.Text("run");
  if (pruned_.contains(run)) return {};
  if (!store_) {
    if (std::exchange(told_, true)) return {};
    return {FindingOf(audit::Verdict::kIncomplete, "",
                      "the recordings are not here: " + store_.error().message())};
  }
  const auto ended = ended_.find(run);
  if (record.event == audit::Name(audit::RecordingEnded{})) {
    // An end that was written after Prepare is newer than all that this check compares.
    const bool newest_end = ended != ended_.end() && record.seq == ended->second;
    return newest_end ? Compare(record, true) : std::vector<audit::Finding>();
  }
  if (ended != ended_.end()) return {};
  if (record.event == audit::Name(audit::RunEnded{})) return LookAtEnd(record);
  const auto progress = progress_.find(run);
  const bool newest = progress != progress_.end() && progress->second == record.seq;
  return newest ? Compare(record, false) : std::vector<audit::Finding>();
}

std::vector<audit::Finding> RecordingCheck::Compare(const audit::Record& record, bool whole) const {
  std::vector<audit::Finding> findings;
  const std::string run = record.Text("run");
  for (const record::Finding& found : record::Verify(
           *store_, run, FilesOf(record), whole ? record::Reach::kWhole : record::Reach::kPrefix)) {
    if (is_cut() && found.fault == record::Fault::kMissing) {
      return {FindingOf(audit::Verdict::kIncomplete, run,
                        "its recording is not here; the log was cut off after this record, and "
                        "may have said why")};
    }
    const bool unreadable = found.fault == record::Fault::kUnreadable;
    findings.push_back(
        FindingOf(unreadable ? audit::Verdict::kCannotTell : audit::Verdict::kDamaged, run,
                  "recording: " + base::Escape(found.message)));
  }
  if (findings.empty()) AddUnplayable(*store_, run, findings);
  return findings;
}

// The log has the run's end but not its recording's: the archivist has not archived it yet, or
// could not.
std::vector<audit::Finding> RecordingCheck::LookAtEnd(const audit::Record& record) const {
  const std::string run = record.Text("run");
  const std::string digest = record.Text("recording");
  if (digest.empty()) return {};
  // The log has a recording's end before the archivist archives it, and the archivist never
  // measures a logged one again.
  const bool here = record::OpenRecording(*store_, run).has_value();
  if ((here && (record::IsTold(*store_, run) || !record::IsOpen(*store_, run))) ||
      (!here && is_cut())) {
    return {FindingOf(is_cut() ? audit::Verdict::kIncomplete : audit::Verdict::kDamaged, run,
                      fmt::format("its recording is {}, but the log lacks the record that comes "
                                  "before that: records are missing",
                                  here ? "archived" : "gone"))};
  }
  const auto extents = record::FinalExtents(*store_, run);
  if (!extents) {
    return {FindingOf(audit::Verdict::kDamaged, run,
                      "recording: " + base::Escape(extents.error().message()))};
  }
  if (record::DigestOf(*extents) != digest) {
    return {FindingOf(audit::Verdict::kDamaged, run,
                      "recording: its files are not those of the run's end")};
  }
  std::vector<std::string> files;
  for (const record::Extent& extent : *extents) files.push_back(extent.Text());
  std::vector<audit::Finding> findings;
  for (const record::Finding& found : record::Verify(*store_, run, files, record::Reach::kWhole)) {
    findings.push_back(
        FindingOf(audit::Verdict::kDamaged, run, "recording: " + base::Escape(found.message)));
  }
  return findings;
}

}  // namespace cli
