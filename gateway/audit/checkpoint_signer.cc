#include "gateway/audit/checkpoint_signer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gateway/audit/event.h"

namespace audit {
namespace {

std::string Json(const Event& event) {
  // Cannot fail: all fields are this program's own and within their limits.
  return ToJson(event).value();
}

}  // namespace

base::Result<void> CheckpointSigner::Begin(const std::string& in_force) {
  if (begun_ || !keys_) return {};
  auto key = keys_->Current();
  if (!key) return base::Fail(std::move(key.error()));
  auto next = keys_->Next();
  if (!next) return base::Fail(std::move(next.error()));
  key_ = std::move(*key);
  next_ = std::move(*next);
  if (next_ && next_->public_key().text() == in_force) {
    // The log changed to this key, but the writer ended before it renamed the files.
    key_ = std::exchange(next_, std::nullopt);
    promote_ = true;
    Promote();
  }
  const std::string own = key_ ? key_->public_key().text() : "";
  // A log that goes on with another key looks as if it had been written anew without the first one.
  if (!in_force.empty() && own != in_force) {
    const std::string found = own.empty() ? "is not there" : "holds " + own;
    return base::Fail(
        base::Code::kDenied,
        fmt::format(
            "the log is signed by {}, and {} {}: put the key back, or move the log elsewhere "
            "and begin another",
            in_force, keys_->place(), found));
  }
  begun_ = true;
  if (key_) {
    // An earlier writer may have ended in the middle of a key change.
    if (auto published = keys_->Publish(key_->public_key()); !published) {
      log_(base::Level::kError, "audit: " + published.error().message());
    }
  } else {
    log_(base::Level::kWarning,
         "the audit log is chained and not signed: there is no key; `oneoff audit key` makes one");
  }
  return {};
}

void CheckpointSigner::Refresh() {
  if (!begun_) return;
  if (!key_) {
    if (auto key = keys_->Current(); !key) {
      log_(base::Level::kError, "audit: " + key.error().message());
    } else if (*key) {
      key_ = std::move(*key);
      log_(base::Level::kInfo, "the audit log is signed by " + key_->public_key().text());
    }
  }
  if (key_ && !next_) {
    if (auto next = keys_->Next(); !next) {
      log_(base::Level::kError, "audit: " + next.error().message());
    } else if (*next && (*next)->public_key() != key_->public_key()) {
      next_ = std::move(*next);
    }
  }
}

bool CheckpointSigner::IsDue(std::size_t lines, Reason reason) const {
  if (!key_) return false;
  // Every end of a run is signed at once. So an end behind the last signature shows that the log
  // was written without the key (VERIFICATION.md).
  if (first_ || next_ || reason == Reason::kRunEnded) return true;
  const std::uint64_t unsealed = unsealed_ + lines;
  if (unsealed == 0) return false;
  return reason == Reason::kFinish || unsealed >= bounds_.records ||
         (unsealed_ > 0 && clock_.Monotonic() >= since_ + bounds_.time);
}

Log::Maker CheckpointSigner::Checkpoint(const ChainKey& key) const {
  return [&key](const Log::Place& place) {
    const std::uint64_t covers = place.seq - 1;
    return Json(
        audit::Checkpoint{.covers = covers,
                          .head = place.prev,
                          .key = key.public_key().text(),
                          .signature = key.Sign(CheckpointText(covers, place.prev, place.time))});
  };
}

Log::Maker CheckpointSigner::Rotation() const {
  return [this](const Log::Place& place) {
    const std::string old = key_->public_key().text();
    const std::string key = next_->public_key().text();
    const std::string text = RotationText(old, key, place.seq, place.prev);
    return Json(KeyRotated{
        .old = old, .key = key, .old_signature = key_->Sign(text), .signature = next_->Sign(text)});
  };
}

std::vector<Log::Maker> CheckpointSigner::Makers(std::size_t lines, Reason reason) {
  std::vector<Log::Maker> makers;
  if (IsDue(lines, reason)) {
    if (next_) makers.push_back(Rotation());
    makers.push_back(Checkpoint(next_ ? *next_ : *key_));
  }
  makers_ = makers.size();
  return makers;
}

void CheckpointSigner::After(const Appended& appended, std::size_t lines) {
  const std::size_t made = std::exchange(makers_, 0);
  const bool sealed = made > 0 && appended.written >= lines + made;
  if (next_ && made > 0 && appended.written > lines) {
    key_ = std::exchange(next_, std::nullopt);
    promote_ = true;
    log_(base::Level::kInfo, "the audit log is signed by " + key_->public_key().text());
  }
  if (sealed) {
    unsealed_ = 0;
    first_ = false;
  } else if (appended.written > 0) {
    if (unsealed_ == 0) since_ = clock_.Monotonic();
    unsealed_ += std::min(appended.written, lines);
  }
  // Only now is the change durable in the log. Promote destroys the old private key.
  if (promote_ && !appended.failure) Promote();
}

void CheckpointSigner::Promote() {
  if (auto promoted = keys_->Promote(key_->public_key()); !promoted) {
    log_(base::Level::kError, "audit: " + promoted.error().message());
    return;
  }
  promote_ = false;
}

Head CheckpointSigner::SignHead(std::uint64_t seq, const std::string& digest) const {
  Head head{.seq = seq,
            .digest = digest,
            .time = base::FormatUtc(clock_.Now()),
            .key = "",
            .signature = ""};
  if (!key_) return head;
  head.key = key_->public_key().text();
  head.signature = key_->Sign(HeadText(head));
  return head;
}

std::optional<std::chrono::milliseconds> CheckpointSigner::Wait() const {
  using std::chrono::milliseconds;
  if (!key_) return std::nullopt;
  if (next_) return milliseconds(0);
  if (unsealed_ == 0) return std::nullopt;
  if (first_) return milliseconds(0);  // the key is new and has signed nothing yet
  return std::max(since_ + bounds_.time - clock_.Monotonic(), milliseconds(0));
}

}  // namespace audit
