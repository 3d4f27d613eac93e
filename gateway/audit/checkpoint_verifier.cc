#include "gateway/audit/checkpoint_verifier.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "gateway/audit/chain_key.h"
#include "gateway/audit/event.h"

namespace audit {
namespace {

std::uint64_t Number(const Record& record, const char* field) {
  const auto at = record.object.find(field);
  return at != record.object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

}  // namespace

CheckpointVerifier::CheckpointVerifier(ExpectedKey expected, std::vector<Anchor> anchors, Find find)
    : expected_(std::move(expected)), find_(std::move(find)) {
  if (expected_.from != ExpectedKey::From::kNowhere) trusted_.insert(expected_.key);
  for (Anchor& anchor : anchors) {
    const std::uint64_t seq = anchor.seq;
    anchors_.emplace(seq, std::move(anchor));
  }
}

void CheckpointVerifier::Add(const Place& place, const Record& record, const std::string& digest) {
  if (record.event == Name(Checkpoint{})) CheckCheckpoint(place, record);
  if (record.event == Name(KeyRotated{})) CheckRotation(place, record);
  if (record.event == Name(RunEnded{})) {
    ++open_ends_;
    last_end_ = place;
  }
  if (!anchors_.empty()) CheckAnchors(place, record, digest);
  NoteUnanchored(record);
}

// An anchor covers only records that a checkpoint covers.
void CheckpointVerifier::NoteUnanchored(const Record& record) {
  if (!met_.empty() && met_.back().seq == record.seq) {
    unanchored_since_.clear();
    unsealed_since_.clear();
    return;
  }
  if (record.event == Name(Checkpoint{}) && sealed_.last_signed + 1 == record.seq) {
    if (unanchored_since_.empty()) unanchored_since_ = std::exchange(unsealed_since_, "");
    unsealed_since_.clear();
  } else if (unsealed_since_.empty()) {
    unsealed_since_ = record.time;
  }
}

void CheckpointVerifier::CheckCheckpoint(const Place& place, const Record& record) {
  const auto damaged = [&](std::string message) {
    find_(Verdict::kDamaged, place, "", std::move(message));
  };
  const auto key = PublicKey::Parse(record.Text("key"));
  if (!key) return damaged("the checkpoint's key is invalid");
  const std::string name = key->text();
  const std::uint64_t covers = Number(record, "covers");
  const std::string head = record.Text("head");
  // A checkpoint that is copied to another place would otherwise cover records that were written
  // later.
  if (covers != record.seq - 1 || head != record.prev) {
    return damaged(
        fmt::format("the checkpoint does not cover the record before it: it was moved, "
                    "or is from another log"));
  }
  if (!key->Signed(CheckpointText(covers, head, record.time), record.Text("signature"))) {
    return damaged(fmt::format("the checkpoint is not signed by {}, which it names", name));
  }
  if (sealed_.key.empty() && trusted_.empty()) trusted_.insert(name);
  if (sealed_.key.empty()) sealed_.key = name;
  if (name != sealed_.key) {
    return damaged(fmt::format(
        "the checkpoint is signed by {}, {}; {} is", name,
        keys_.contains(name) ? "which was in force and no longer is" : "which is not in force",
        sealed_.key));
  }
  keys_.insert(name);
  ++sealed_.checkpoints;
  if (IsTrusted(name)) {
    sealed_.last_signed = covers;
    open_ends_ = 0;
  }
}

void CheckpointVerifier::CheckRotation(const Place& place, const Record& record) {
  const auto damaged = [&](std::string message) {
    find_(Verdict::kDamaged, place, "", std::move(message));
  };
  const auto old = PublicKey::Parse(record.Text("old"));
  const auto key = PublicKey::Parse(record.Text("key"));
  if (!old || !key) return damaged("the key change names no valid keys");
  const std::string text = RotationText(old->text(), key->text(), record.seq, record.prev);
  // By both: the old key shows that its holder changes the key, the new one that its holder has it.
  if (!old->Signed(text, record.Text("old_signature")) ||
      !key->Signed(text, record.Text("signature"))) {
    return damaged("the key change is not signed by both keys");
  }
  if (sealed_.key.empty()) sealed_.key = old->text();
  // A writer that was interrupted in a key change repeats the change.
  const bool again = sealed_.key == key->text() && keys_.contains(old->text());
  if (sealed_.key != old->text() && !again) {
    return damaged(fmt::format("the key change is from {}, which is not in force; {} is",
                               old->text(), sealed_.key));
  }
  keys_.insert(old->text());
  keys_.insert(key->text());
  if (trusted_.empty()) trusted_.insert(old->text());
  if (IsTrusted(old->text())) trusted_.insert(key->text());
  sealed_.key = key->text();
  if (!again) ++sealed_.rotations;
}

void CheckpointVerifier::CheckAnchors(const Place& place, const Record& record,
                                      const std::string& digest) {
  const auto [begin, end] = anchors_.equal_range(record.seq);
  for (auto at = begin; at != end; ++at) {
    Anchor& anchor = at->second;
    if (anchor.digest == digest) {
      met_.push_back(std::move(anchor));
      continue;
    }
    find_(Verdict::kDamaged, place, "",
          fmt::format("record {} does not match the anchor {}:{}: the record was altered, or the "
                      "anchor is from another log",
                      record.seq, anchor.place.file, anchor.place.line));
  }
  anchors_.erase(begin, end);
}

void CheckpointVerifier::FinishAnchors(std::uint64_t first, std::uint64_t last) {
  for (const auto& [seq, anchor] : anchors_) {
    if (seq < first) {
      find_(Verdict::kSound, anchor.place, "",
            fmt::format("an anchor of record {}, which is before the log's first", seq));
    } else {
      find_(
          Verdict::kDamaged, anchor.place, "",
          fmt::format("an anchor of record {}, which is not in the log: {}", seq,
                      seq > last ? fmt::format("it ends with record {}", last) : "it was removed"));
    }
  }
  for (const Anchor& anchor : met_) {
    if (!keys_.contains(anchor.key)) {
      find_(Verdict::kDamaged, anchor.place, "",
            fmt::format("an anchor that is signed by {}, which was never this log's", anchor.key));
      continue;
    }
    ++sealed_.anchors;
    sealed_.last_anchored = std::max(sealed_.last_anchored, anchor.seq);
  }
}

void CheckpointVerifier::FinishSignatures() {
  using From = ExpectedKey::From;
  if (sealed_.last_signed == 0 && expected_.from != From::kNowhere) {
    const bool new_key = expected_.from == From::kHost && sealed_.checkpoints == 0;
    find_(new_key ? Verdict::kIncomplete : Verdict::kDamaged, {}, "",
          fmt::format("nothing in the log is signed by {}{}", expected_.key,
                      new_key ? ", which is this host's key"
                              : ": it is another log, or was written anew without that key"));
    return;
  }
  if (sealed_.last_signed > 0 && open_ends_ > 0) {
    find_(
        Verdict::kIncomplete, last_end_, "",
        fmt::format("{} {} behind the last signature, which covers record {}: every end is signed "
                    "by a writer that has the key",
                    open_ends_, open_ends_ == 1 ? "run ended" : "runs ended", sealed_.last_signed));
  }
}

Sealed CheckpointVerifier::Finish(std::uint64_t first, std::uint64_t last) {
  FinishAnchors(first, last);
  if (last > 0) FinishSignatures();
  return sealed_;
}

}  // namespace audit
