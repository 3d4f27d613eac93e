#include "gateway/cli/recording_check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/event.h"
#include "gateway/audit/line_reader.h"
#include "gateway/record/archive.h"
#include "gateway/record/verify.h"

namespace cli {
namespace {

constexpr int kMostReadings = 16;  // of a log that grows all the time

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

}  // namespace

RecordingCheck RecordingCheck::Prepare(const config::Paths& paths) {
  RecordingCheck check(record::Store::OpenToRead(paths.lib), paths.audit);
  check.Read();
  return check;
}

void RecordingCheck::Read() {
  // What cannot be read here is a finding of the log's own verification.
  const auto folder = base::OpenDirectory(log_);
  if (!folder) return;
  const auto files = audit::LogFiles(folder->get());
  if (!files) return;
  bytes_ = BytesOf(folder->get(), *files);  // first: what is added meanwhile counts as new
  for (const std::string& name : *files) {
    auto reader = audit::LineReader::Open(folder->get(), name);
    while (reader) {
      const auto line = reader->Next();
      if (!line || !line->has_value()) break;
      // A look before the parser's: most lines are about something else.
      if ((*line)->too_long || (*line)->bytes.find("recording.") == std::string_view::npos)
        continue;
      if (const auto record = audit::ParseRecord((*line)->bytes)) Note(*record);
    }
  }
}

// Whether there was more to read.
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
    return record.seq == ended->second ? Compare(record, true) : std::vector<audit::Finding>();
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
    const bool unreadable = found.fault == record::Fault::kUnreadable;
    findings.push_back(
        FindingOf(unreadable ? audit::Verdict::kCannotTell : audit::Verdict::kDamaged, run,
                  "recording: " + base::Escape(found.message)));
  }
  return findings;
}

// The run's end is there, and its recording's is not: nobody has archived it yet, or nobody could.
std::vector<audit::Finding> RecordingCheck::LookAtEnd(const audit::Record& record) const {
  const std::string run = record.Text("run");
  const std::string digest = record.Text("recording");
  if (digest.empty()) return {};
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
