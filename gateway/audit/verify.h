// Verify: checks whether a log is complete and unchanged: each record in its place, none altered,
// none missing.
//
// The log's head, kept elsewhere on the host (head.h), reveals records that were cut off the end.
// Against an attacker who can write both, only an anchor helps (VERIFICATION.md, "Drawbacks").
#ifndef ONEOFF_GATEWAY_AUDIT_VERIFY_H_
#define ONEOFF_GATEWAY_AUDIT_VERIFY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/audit/checkpoint_verifier.h"
#include "gateway/audit/finding.h"
#include "gateway/audit/head.h"
#include "gateway/audit/record.h"

namespace audit {

inline constexpr std::size_t kMaxFindings = 1000;

struct Report {
  Verdict verdict = Verdict::kSound;  // the gravest of all
  std::vector<Finding> findings;      // in the log's order; at most kMaxFindings
  std::uint64_t more_findings = 0;    // further ones
  std::uint64_t records = 0;
  std::uint64_t recoveries = 0;
  std::uint64_t files = 0;
  std::uint64_t first = 0;  // sequence numbers; 0: no record
  std::uint64_t last = 0;
  // The digest of the last record's line, to compare with a copy kept elsewhere.
  std::string head;
  std::string last_time;        // of the last record
  std::uint64_t kept_head = 0;  // the last record on which the kept head agrees; 0: none
  // The time of the first record that no anchor covers. Empty: all are covered, except those after
  // the last checkpoint.
  std::string unanchored_since;
  Sealed sealed;
};

// Whether a run is live, or its end is not recorded yet.
using Running = std::function<bool(std::string_view run)>;

// What else to check. Each may be empty.
struct VerifyOptions {
  Running running;
  ExpectedKey key;
  Anchors anchors;
  std::optional<Head> head;  // the kept head, read before the log
  // Whether a writer has the log open. Empty: how the log ends is not checked.
  std::function<bool()> writer_lives;
  // Returns the findings about the recording that a record names ("recording.…", or a run's end).
  // Verify fills in file and line. Messages must be safe to print.
  std::function<std::vector<Finding>(const Record& record)> look_at_recording;
};

// Reads the log in `directory`. Its memory grows only with the open runs and the anchors. Changes
// nothing and takes no lock, so a record that is just being written may be reported as cut.
// It never fails: what cannot be read is a finding, kCannotTell. Messages are safe to print. A
// million runs without an end are kept, and further ones are a finding.
Report Verify(const std::string& directory, const VerifyOptions& options = {});

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_VERIFY_H_
