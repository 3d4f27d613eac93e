// CheckpointVerifier: follows a log's signatures, from its first record to its last: which keys
// were in force, how far the chain is signed, and whether it still holds what anchors say it held.
//
// The chain itself is the verifier's business (verify.h), which asks this of each record.
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

// The public key that has to have signed the log, or one that it was changed to.
struct ExpectedKey {
  enum class From {
    kNowhere,  // no key is expected: whichever signs first is believed
    kHost,     // the host's own, which whoever has altered the log may have altered, too
    kGiven,    // kept elsewhere
  };
  From from = From::kNowhere;
  std::string key;  // PublicKey::text()
};

// How far a log is signed, and anchored.
struct Sealed {
  std::uint64_t checkpoints = 0;    // that are good
  std::uint64_t rotations = 0;      // likewise
  std::string key;                  // that was in force last; empty: nothing is signed
  std::uint64_t last_signed = 0;    // the last record that the expected key covers; 0: none
  std::uint64_t anchors = 0;        // that the log holds
  std::uint64_t last_anchored = 0;  // the last record that one of them covers
};

class CheckpointVerifier {
 public:
  using Find =
      std::function<void(Verdict, const Place&, const std::string& run, std::string message)>;

  // Calls `find` with each finding, while it is told of records and when it is finished.
  CheckpointVerifier(ExpectedKey expected, std::vector<Anchor> anchors, Find find);

  // The next record; `digest` is its line's.
  void Add(const Place& place, const Record& record, const std::string& digest);
  // When all records have been added: the first one's and the last one's sequence number.
  Sealed Finish(std::uint64_t first, std::uint64_t last);
  // As Report::unanchored_since.
  const std::string& unanchored_since() const { return unanchored_since_; }
  // Whether the key is the expected one, or one that it was changed to.
  bool IsTrusted(const std::string& key) const { return trusted_.contains(key); }

 private:
  void CheckCheckpoint(const Place& place, const Record& record);
  void CheckRotation(const Place& place, const Record& record);
  void CheckAnchors(const Place& place, const Record& record, const std::string& digest);
  void FinishAnchors(std::uint64_t first, std::uint64_t last);
  void FinishSignatures();
  void NoteUnanchored(const Record& record);

  ExpectedKey expected_;
  std::multimap<std::uint64_t, Anchor> anchors_;  // those that are yet to come, by record
  std::vector<Anchor> met_;                       // whose records are in the log as they say
  Find find_;
  Sealed sealed_;
  std::set<std::string> keys_;     // all that were in force
  std::set<std::string> trusted_;  // the expected one, and those that it led to
  Place last_end_;                 // of the newest run that ended behind the last checkpoint
  std::uint64_t open_ends_ = 0;    // how many did
  std::string unanchored_since_;   // up to the last checkpoint
  std::string unsealed_since_;     // behind it
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CHECKPOINT_VERIFIER_H_
