#include "gateway/audit/anchors.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "gateway/audit/chain_key.h"
#include "gateway/audit/event.h"
#include "gateway/audit/line_reader.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kMaxFindings = 100;

// Parses the record in a line, after any prefix.
std::optional<Record> RecordIn(std::string_view line) {
  // The file may be the output of syslog or journalctl, which put a date and a host in front of
  // each line.
  const std::size_t begin = line.find("{\"seq\":");
  if (begin == std::string_view::npos) return std::nullopt;
  return ParseRecord(base::Trim(line.substr(begin)));
}

// Returns why the checkpoint cannot be used; empty: `anchor` holds it.
std::string Read(const Record& record, Anchor& anchor) {
  const auto covers = record.object.find("covers");
  if (covers == record.object.end() || !covers->is_number_unsigned()) return "it covers no record";
  anchor.seq = covers->get<std::uint64_t>();
  anchor.digest = record.Text("head");
  const auto key = PublicKey::Parse(record.Text("key"));
  if (!key) return "its key is invalid";
  anchor.key = key->text();
  const std::string text = CheckpointText(anchor.seq, anchor.digest, record.time);
  // The file comes from elsewhere: only a signed checkpoint is evidence.
  if (!key->Signed(text, record.Text("signature"))) return "its signature is not that of its key";
  return {};
}

}  // namespace

Anchors ReadAnchors(const std::string& file) {
  const std::string shown = base::Escape(file);
  Anchors read;
  const auto cannot_tell = [&](std::uint64_t line, std::string message) {
    if (read.findings.size() == kMaxFindings) return;
    read.findings.push_back({Verdict::kCannotTell, shown, line, "", std::move(message)});
  };
  auto reader = LineReader::Open(AT_FDCWD, file);
  if (!reader) {
    read.findings.push_back({Verdict::kCannotTell, "", 0, "", reader.error().message()});
    return read;
  }
  for (;;) {
    const auto line = reader->Next();
    if (!line) {
      cannot_tell(0, line.error().message());
      return read;
    }
    if (!line->has_value()) break;
    if ((*line)->bytes.find(Name(Checkpoint{})) == std::string_view::npos) continue;
    const auto record = RecordIn((*line)->bytes);
    if (!record || record->event != Name(Checkpoint{})) continue;
    Anchor anchor;
    anchor.place = {shown, (*line)->number};
    if (const std::string fault = Read(*record, anchor); !fault.empty()) {
      cannot_tell((*line)->number, "the checkpoint cannot be used: " + fault);
    } else if (read.anchors.size() == kMaxAnchors) {
      cannot_tell((*line)->number, fmt::format("more than {} checkpoints", kMaxAnchors));
      return read;
    } else {
      read.anchors.push_back(std::move(anchor));
    }
  }
  if (read.anchors.empty() && read.findings.empty()) cannot_tell(0, "there is no checkpoint in it");
  return read;
}

}  // namespace audit
