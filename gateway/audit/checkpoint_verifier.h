// CheckpointVerifier: checks a log's signatures from the first record to the last: which keys were
// in force, how much of the chain is signed, and whether the log still has what anchors name.
//
// The verifier (verify.h) checks the chain itself and passes each record to this class.
#ifndef ONEOFF_GATEWAY_AUDIT_CHECKPOINT_VERIFIER_H_
#define ONEOFF_GATEWAY_AUDIT_CHECKPOINT_VERIFIER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/audit/anchors.h"
#include "gateway/audit/finding.h"
#include "gateway/audit/record.h"

namespace audit {

// The public key that must have signed the log, itself or by a key that it was rotated to.
struct ExpectedKey {
  enum class From {
    kNowhere,  // no key is expected: the first one that signs is trusted
    kHost,     // this host's key; an attacker with root can replace it with the log
    kGiven,    // from outside the host
  };
  From from = From::kNowhere;
  std::string key;  // PublicKey::text()
};

// How much of a log is signed and anchored.
struct Sealed {
  std::uint64_t checkpoints = 0;    // valid ones
  std::uint64_t rotations = 0;      // valid ones
  std::string key;                  // the last key in force; empty: the log has no signature
  std::uint64_t last_signed = 0;    // the last record that a trusted key covers; 0: none
  std::uint64_t anchors = 0;        // anchors that the log agrees with
  std::uint64_t last_anchored = 0;  // the last record that one of them covers
};

class CheckpointVerifier {
 public:
  using Find =
      std::function<void(Verdict, const Place&, const std::string& run, std::string message)>;

  // Calls `find` with each finding, from Add and Finish.
  // `find` gets kDamaged for a signature that is wrong and kIncomplete for ends that are not signed
  // yet.
  CheckpointVerifier(ExpectedKey expected, std::vector<Anchor> anchors, Find find);

  // Adds the next record; `digest` is the digest of its line.
  // Records come in order. A key counts as in force from its first checkpoint or rotation on.
  void Add(const Place& place, const Record& record, const std::string& digest);
  // To be called after the last record, with the first and the last sequence number.
  // Both numbers are 0 for an empty log.
  Sealed Finish(std::uint64_t first, std::uint64_t last);
  // As in Report::unanchored_since.
  const std::string& unanchored_since() const { return unanchored_since_; }
  // Whether the key is the expected one, or a key that a rotation from it made valid.
  bool IsTrusted(const std::string& key) const { return trusted_.contains(key); }

 private:
  void CheckCheckpoint(const Place& place, const Record& record);
  void CheckRotation(const Place& place, const Record& record);
  void CheckAnchors(const Place& place, const Record& record, const std::string& digest);
  void FinishAnchors(std::uint64_t first, std::uint64_t last);
  void FinishSignatures();
  void NoteUnanchored(const Record& record);

  ExpectedKey expected_;
  std::multimap<std::uint64_t, Anchor> anchors_;  // not reached yet, by record
  std::vector<Anchor> met_;                       // the log has their record with the same digest
  Find find_;
  Sealed sealed_;
  std::set<std::string> keys_;     // all keys that were in force
  std::set<std::string> trusted_;  // the expected key and its successors
  Place last_end_;                 // the newest run's end after the last checkpoint
  std::uint64_t open_ends_ = 0;    // number of ends after the last checkpoint
  std::string unanchored_since_;   // up to the last checkpoint
  std::string unsealed_since_;     // after the last checkpoint
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHECKPOINT_VERIFIER_H_
