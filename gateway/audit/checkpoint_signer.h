// CheckpointSigner: decides when the chain is signed, and with which key: after so many records or
// so much time, at a run's end, when a writer begins and when it ends, and when the key changes.
//
// A signature is a record of its own, the last of a batch: a batch costs one at most.
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

// When the chain is signed at the latest.
struct CheckpointBounds {
  std::uint64_t records = 1000;
  std::chrono::milliseconds time{60'000};
};

class CheckpointSigner {
 public:
  // The keys are in `etc` (key_files.h); empty: there are none. `clock` outlives it.
  CheckpointSigner(const std::string& etc, CheckpointBounds bounds, const base::Clock& clock,
                   base::Log log)
      : CheckpointSigner(etc.empty() ? nullptr : std::make_unique<KeyFiles>(etc), bounds, clock,
                         std::move(log)) {}
  // `keys` null: there are none.
  CheckpointSigner(std::unique_ptr<const KeySource> keys, CheckpointBounds bounds,
                   const base::Clock& clock, base::Log log)
      : keys_(std::move(keys)), bounds_(bounds), clock_(clock), log_(std::move(log)) {}

  // Reads the keys, once; before the first batch. `in_force` is what Log::key() says. An error: the
  // key is not usable, or not the log's; nothing may be written then.
  base::Result<void> Begin(const std::string& in_force);
  // Looks for a key that was not there yet, and for one to change to.
  void Refresh();

  enum class Reason { kBatch, kRunEnded, kFinish };
  // What a batch of `lines` lines ends with. Valid until the next call of this or of After.
  std::vector<Log::Maker> Makers(std::size_t lines, Reason reason);
  // `appended` is what became of that batch and these makers.
  void After(const Appended& appended, std::size_t lines);

  // Signed, if there is a key.
  Head SignHead(std::uint64_t seq, const std::string& digest) const;

  // How long until a signature is due, though nothing more happens; nullopt: none is.
  std::optional<std::chrono::milliseconds> Wait() const;

 private:
  bool IsDue(std::size_t lines, Reason reason) const;
  Log::Maker Checkpoint(const ChainKey& key) const;
  Log::Maker Rotation() const;
  void Promote();

  std::unique_ptr<const KeySource> keys_;
  CheckpointBounds bounds_;
  const base::Clock& clock_;
  base::Log log_;
  bool begun_ = false;
  std::optional<ChainKey> key_;
  std::optional<ChainKey> next_;  // what the key is to be changed to
  bool promote_ = false;          // the log has changed to key_, and the files have not yet
  std::size_t makers_ = 0;        // of the batch that is being written
  bool first_ = true;             // this writer has signed nothing yet
  std::uint64_t unsealed_ = 0;    // records since the last signature
  base::MonotonicTime since_;     // when the first of them was written
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHECKPOINT_SIGNER_H_
