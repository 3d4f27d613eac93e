#include "gateway/audit/verify.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/digest.h"
#include "gateway/audit/event.h"
#include "gateway/audit/line_reader.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kMaxOpenRuns = 1000000;

// Lines that are not records, until a `recovered` accounts for them.
class Torn {
 public:
  void Add(const Place& place, const Line& line) {
    if (lines_++ == 0) begin_ = place;
    if (!line.too_long) AddPart(line.bytes);
    AddPart("\n");
  }
  // A part of a line that is too long, before the line itself is added.
  void AddPart(std::string_view bytes) {
    digest_.Update(bytes);
    bytes_ += bytes.size();
  }
  std::uint64_t lines() const { return lines_; }
  const Place& begin() const { return begin_; }
  // Whether `recovered` describes these lines. Finishes the digest: to be called once.
  bool Matches(const Record& recovered) {
    const auto bytes = recovered.object.find("bytes");
    return bytes != recovered.object.end() && bytes->is_number_unsigned() &&
           bytes->get<std::uint64_t>() == bytes_ && recovered.Text("sha256") == digest_.Hex() &&
           (lines_ == 0 || recovered.Text("file") == begin_.file);
  }

 private:
  Place begin_;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
  Sha256 digest_;
};

class Verifier {
 public:
  explicit Verifier(const VerifyOptions& options)
      : options_(options),
        seals_(options.key, options.anchors.anchors,
               [this](Verdict verdict, const Place& place, const std::string& run,
                      std::string message) { Find(verdict, place, run, std::move(message)); }) {
    for (const Finding& finding : options.anchors.findings) Find(finding);
  }
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;
  ~Verifier() = default;

  void ReadFile(int directory, const std::string& name);
  Report Finish();
  void Find(Finding finding);
  void Find(Verdict verdict, const Place& place, const std::string& run, std::string message) {
    Find({verdict, place.file, place.line, run, std::move(message)});
  }

 private:
  void ReadLine(const Place& place, const Line& line);
  void CheckChain(const Place& place, const Record& record);
  void CheckTorn(const Place& place, const Record& record);
  void CheckRun(const Place& place, const Record& record);
  void CheckOpenRuns();
  void CheckRecording(const Place& place, const Record& record);
  void CheckHead(const Place& place, const Record& record);
  void NoteService(const Record& record);
  void FinishHead();
  void CheckEnd();

  const VerifyOptions& options_;
  Report report_;
  CheckpointVerifier seals_;
  Torn torn_;
  std::optional<Place> unclosed_;
  bool served_ = false;                // a service has written to the log
  bool stopped_ = false;               // the last service has recorded that it stopped
  bool sealed_last_ = false;           // the last record is a checkpoint
  std::map<std::string, Place> open_;  // runs that have started and not ended
};

void Verifier::Find(Finding finding) {
  report_.verdict = Graver(report_.verdict, finding.verdict);
  if (report_.findings.size() == kMaxFindings) {
    ++report_.more_findings;
    return;
  }
  report_.findings.push_back(std::move(finding));
}

void Verifier::ReadFile(int directory, const std::string& name) {
  ++report_.files;
  auto reader = LineReader::Open(directory, name);
  if (!reader) return Find(Verdict::kCannotTell, {name, 0}, "", reader.error().message());
  for (;;) {
    auto line = reader->Next([this](std::string_view part) { torn_.AddPart(part); });
    if (!line) return Find(Verdict::kCannotTell, {name, 0}, "", line.error().message());
    if (!*line) return;
    ReadLine({name, (*line)->number}, **line);
  }
}

void Verifier::ReadLine(const Place& place, const Line& line) {
  if (unclosed_) {
    // The writer adds a missing newline before it goes on in another file.
    Find(Verdict::kDamaged, *unclosed_, "",
         "the line has no newline, and the log goes on elsewhere");
    unclosed_.reset();
  }
  if (!line.closed) unclosed_ = place;
  const auto record = line.too_long ? std::nullopt : ParseRecord(line.bytes);
  if (!record) return torn_.Add(place, line);
  CheckTorn(place, *record);
  CheckChain(place, *record);
  CheckRun(place, *record);
  if (options_.look_at_recording &&
      (record->event.starts_with("recording.") || record->event == Name(RunEnded{}))) {
    CheckRecording(place, *record);
  }
  ++report_.records;
  report_.last = record->seq;
  // Of the line as it is on disk, byte for byte, and not of the parsed record.
  report_.head = Sha256::Of(line.bytes);
  report_.last_time = record->time;
  seals_.Add(place, *record, report_.head);
  CheckHead(place, *record);
  NoteService(*record);
}

void Verifier::CheckHead(const Place& place, const Record& record) {
  if (!options_.head || options_.head->seq != record.seq) return;
  if (options_.head->digest == report_.head) {
    report_.kept_head = record.seq;
  } else {
    Find(Verdict::kDamaged, place, "",
         fmt::format("record {} is not the one that this host's {} tells of: it was altered",
                     record.seq, kHeadFile));
  }
}

void Verifier::NoteService(const Record& record) {
  const bool starts = record.event == Name(ServiceStarted{});
  served_ |= starts;
  stopped_ = !starts && (stopped_ || record.event == Name(ServiceStopped{}));
  sealed_last_ = record.event == Name(Checkpoint{});
}

// Checks the kept head after the last record.
void Verifier::FinishHead() {
  if (!options_.head) return;
  const Head& head = *options_.head;
  if (head.key.empty() ? report_.sealed.checkpoints > 0
                       : !IsSigned(head) || !seals_.IsTrusted(head.key)) {
    Find(Verdict::kDamaged, {}, "",
         fmt::format("this host's {} is not signed by a key of the log's", kHeadFile));
  }
  if (head.seq > report_.last) {
    Find(Verdict::kDamaged, {}, "",
         fmt::format("the log ends with record {}, and this host's {} tells of record {}, written "
                     "{}: the {} behind it were cut off",
                     report_.last, kHeadFile, head.seq, base::Escape(head.time),
                     head.seq - report_.last));
  } else if (head.seq < report_.first) {
    Find(Verdict::kSound, {}, "",
         fmt::format("this host's {} tells of record {}, which is before the log's first",
                     kHeadFile, head.seq));
  }
}

// Checks how a log ends if no writer has it open.
void Verifier::CheckEnd() {
  if (!options_.writer_lives || !served_ || options_.writer_lives()) return;
  if (stopped_ && (sealed_last_ || report_.sealed.checkpoints == 0)) return;
  Find(Verdict::kIncomplete, {}, "",
       "no writer runs, and the log does not end as that of a service that was stopped "
       "(service.stopped, and a signature): the service was killed, or the end was cut off");
}

void Verifier::CheckRecording(const Place& place, const Record& record) {
  for (Finding& finding : options_.look_at_recording(record)) {
    finding.file = place.file;
    finding.line = place.line;
    Find(std::move(finding));
  }
}

void Verifier::CheckChain(const Place& place, const Record& record) {
  if (report_.records == 0) {
    report_.first = record.seq;
    if (record.seq != 1) {
      Find(Verdict::kIncomplete, place, "",
           fmt::format("the log begins with record {}: 1 to {} are not here", record.seq,
                       record.seq - 1));
    } else if (record.prev != FirstPrev()) {
      Find(Verdict::kDamaged, place, "", "record 1 names a record before it");
    }
    return;
  }
  const std::uint64_t last = report_.last;
  if (record.seq > last + 1) {
    const std::string missing =
        record.seq == last + 2
            ? fmt::format("record {} is missing", last + 1)
            : fmt::format("records {} to {} are missing", last + 1, record.seq - 1);
    return Find(Verdict::kDamaged, place, "", missing);
  }
  if (record.seq <= last) {
    return Find(Verdict::kDamaged, place, "",
                fmt::format("record {} comes after record {}: it was moved, duplicated or replayed",
                            record.seq, last));
  }
  if (record.prev != report_.head) {
    Find(Verdict::kDamaged, place, "",
         fmt::format(
             "record {} follows another record {} than the one before it: that one was altered, "
             "or this one was",
             record.seq, last));
  }
}

void Verifier::CheckTorn(const Place& place, const Record& record) {
  const bool recovered = record.event == Name(Recovered{});
  if (!recovered && torn_.lines() == 0) return;
  Torn torn = std::exchange(torn_, Torn());
  const std::uint64_t lines = torn.lines();
  if (recovered && torn.Matches(record)) {
    ++report_.recoveries;
    const bool lost = record.object.contains("cut") && record.object["cut"] != 0;
    return Find(
        lost ? Verdict::kDamaged : Verdict::kSound, place, "",
        fmt::format("recovered: {}; {} cut {} accounted for", base::Escape(record.Text("cause")),
                    lines, lines == 1 ? "line" : "lines"));
  }
  if (recovered) {
    // The lines may have been in an older file that was removed.
    const bool beginning = report_.records == 0 && record.seq != 1;
    return Find(beginning ? Verdict::kIncomplete : Verdict::kDamaged,
                lines > 0 ? torn.begin() : place, "",
                fmt::format("the lines before {}:{} are not those that it recovered", place.file,
                            place.line));
  }
  Find(Verdict::kDamaged, torn.begin(), "",
       fmt::format("{} no {}, and nothing accounts for {}",
                   lines == 1 ? "the line is" : fmt::format("{} lines are", lines),
                   lines == 1 ? "record" : "records", lines == 1 ? "it" : "them"));
}

void Verifier::CheckRun(const Place& place, const Record& record) {
  const bool starts = record.event == Name(RunStarted{});
  if (!starts && record.event != Name(RunEnded{})) return;
  const std::string run = record.Text("run");
  const std::string shown = base::Escape(run);
  if (!starts) {
    // A run that did not start may have an end without a start: its client could not know whether
    // the start was recorded.
    if (open_.erase(run) == 0 && record.Text("how") != Name(How::kNotStarted)) {
      Find(Verdict::kIncomplete, place, shown, "it ended, and there is no start of it");
    }
    return;
  }
  if (open_.size() == kMaxOpenRuns) {
    return Find(Verdict::kCannotTell, place, shown, "too many runs have no end");
  }
  if (!open_.emplace(run, place).second) {
    Find(Verdict::kIncomplete, place, shown, "it started twice, and did not end between");
  }
}

void Verifier::CheckOpenRuns() {
  for (const auto& [run, place] : open_) {
    const std::string shown = base::Escape(run);
    if (options_.running && options_.running(run)) {
      Find(Verdict::kSound, place, shown, "it still runs, or its end waits to be recorded");
    } else {
      Find(Verdict::kIncomplete, place, shown, "it started, and there is no end of it");
    }
  }
}

Report Verifier::Finish() {
  if (torn_.lines() > 0) {
    Find(Verdict::kIncomplete, torn_.begin(), "",
         "the log ends with a cut line; the writer accounts for it when it next starts");
  } else if (unclosed_) {
    Find(Verdict::kIncomplete, *unclosed_, "",
         "the last line has no newline; the writer adds it when it next starts");
  }
  CheckOpenRuns();
  report_.sealed = seals_.Finish(report_.first, report_.last);
  report_.unanchored_since = seals_.unanchored_since();
  FinishHead();
  CheckEnd();
  if (report_.records == 0 && report_.verdict != Verdict::kCannotTell) {
    Find(Verdict::kCannotTell, {}, "", "there is no record");
  }
  return std::move(report_);
}

}  // namespace

Report Verify(const std::string& directory, const VerifyOptions& options) {
  Verifier verifier(options);
  const auto folder = base::OpenDirectory(directory);
  if (!folder) {
    verifier.Find(Verdict::kCannotTell, {}, "", folder.error().message());
    return verifier.Finish();
  }
  const auto files = LogFiles(folder->get());
  if (!files) {
    verifier.Find(Verdict::kCannotTell, {}, "", files.error().message());
    return verifier.Finish();
  }
  for (const std::string& name : *files) verifier.ReadFile(folder->get(), name);
  return verifier.Finish();
}

}  // namespace audit
