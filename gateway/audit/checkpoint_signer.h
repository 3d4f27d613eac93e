// CheckpointSigner: decides when the chain is signed and with which key: after a number of records
// or a time, at a run's end, at a writer's start and end, and when the key changes.
//
// A signature is a record of its own at the end of a batch, so a batch has at most one.
//
// It lives in the writer's process, beside the Queue, which appends its records. It makes no record
// itself: it returns makers, because a signature needs the place that its record gets.
#ifndef ONEOFF_GATEWAY_AUDIT_CHECKPOINT_SIGNER_H_
#define ONEOFF_GATEWAY_AUDIT_CHECKPOINT_SIGNER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "gateway/audit/chain_key.h"
#include "gateway/audit/head.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/key_source.h"
#include "gateway/audit/log.h"

namespace audit {

// The latest moment for a signature.
struct CheckpointBounds {
  std::uint64_t records = 1000;
  std::chrono::milliseconds time{60'000};
};

class CheckpointSigner {
 public:
  // `etc` has the key files (key_files.h); empty: there are no keys. `clock` must outlive this.
  CheckpointSigner(const std::string& etc, CheckpointBounds bounds, const base::Clock& clock,
                   base::Log log)
      : CheckpointSigner(etc.empty() ? nullptr : std::make_unique<KeyFiles>(etc), bounds, clock,
                         std::move(log)) {}
  // `keys` null: there are no keys.
  CheckpointSigner(std::unique_ptr<const KeySource> keys, CheckpointBounds bounds,
                   const base::Clock& clock, base::Log log)
      : keys_(std::move(keys)), bounds_(bounds), clock_(clock), log_(std::move(log)) {}

  // Reads the keys. To be called once, before the first batch. `in_force` is Log::key(). An error
  // means that the key is unusable or not this log's; then nothing may be written.
  // kDenied if the log was signed by another key than the current one; other errors are the
  // KeySource's. A change of key that was interrupted is completed. Without a KeySource nothing is
  // signed.
  base::Result<void> Begin(const std::string& in_force);
  // Looks for a new key, and for a key to change to.
  // It may be called at any time. A key that cannot be read is logged; the present one stays.
  void Refresh();

  // kBatch: only if a bound is reached. kRunEnded and kFinish: sign what is unsigned.
  enum class Reason { kBatch, kRunEnded, kFinish };
  // Returns the makers of the records that end a batch of `lines` lines. Valid until the next call
  // of Makers or After.
  // Empty, or a checkpoint, or a rotation and a checkpoint by the new key.
  std::vector<Log::Maker> Makers(std::size_t lines, Reason reason);
  // To be called with the result of that batch and its makers.
  // If the batch was not written, the same is due again.
  void After(const Appended& appended, std::size_t lines);

  // Returns the head, signed if there is a key.
  Head SignHead(std::uint64_t seq, const std::string& digest) const;

  // Returns the time until a signature is due if no record comes; nullopt: none is due.
  std::optional<std::chrono::milliseconds> Wait() const;

 private:
  bool IsDue(std::size_t lines, Reason reason) const;
  Log::Maker Checkpoint(const ChainKey& key) const;
  Log::Maker Rotation() const;
  // Tells the KeySource of the key that is in force. After a failure the next batch tries again.
  void Promote();

  std::unique_ptr<const KeySource> keys_;
  CheckpointBounds bounds_;
  const base::Clock& clock_;
  base::Log log_;
  bool begun_ = false;
  std::optional<ChainKey> key_;
  std::optional<ChainKey> next_;  // the key to change to
  bool promote_ = false;          // the log has changed to key_; the files have not yet
  std::size_t makers_ = 0;        // in the batch that is being written
  bool first_ = true;             // this writer has not signed yet
  std::uint64_t unsealed_ = 0;    // records since the last signature
  base::MonotonicTime since_;     // when the first of these was written
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHECKPOINT_SIGNER_H_
