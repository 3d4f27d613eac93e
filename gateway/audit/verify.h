// Verify: proves, or disproves, that a log is whole: each record in its place, nothing altered,
// nothing missing.
//
// Records that were cut off the end are missed by the log's head, which is kept elsewhere on the
// host (head.h). Who can write both is found out by an anchor alone (VERIFICATION.md,
// "Drawbacks").
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
  Verdict verdict = Verdict::kSound;  // the gravest: damaged, cannot tell, incomplete, sound
  std::vector<Finding> findings;      // in the log's order; at most kMaxFindings
  std::uint64_t more_findings = 0;    // that did not fit
  std::uint64_t records = 0;
  std::uint64_t recoveries = 0;
  std::uint64_t files = 0;
  std::uint64_t first = 0;  // sequence numbers; 0: no record
  std::uint64_t last = 0;
  // The digest of the last record's line: what a copy kept elsewhere is compared with.
  std::string head;
  std::string last_time;        // of that record
  std::uint64_t kept_head = 0;  // up to which record the head that was kept agrees; 0: none does
  // When the first record was written that no anchor covers; empty: each is covered, but for what
  // stands behind the last checkpoint.
  std::string unanchored_since;
  Sealed sealed;
};

// Whether a run still goes on, or its end is yet to be recorded.
using Running = std::function<bool(std::string_view run)>;

// What else to go by. Each may be left out.
struct VerifyOptions {
  Running running;
  ExpectedKey key;
  Anchors anchors;
  std::optional<Head> head;  // that was kept, read before the log is
  // Whether a writer has the log open. Left out: how the log ends does not matter.
  std::function<bool()> writer_lives;
  // What a record of a recording ("recording.…"), or of a run's end, finds wrong with what is kept
  // of it; file and line are filled in. Findings are safe to print.
  std::function<std::vector<Finding>(const Record& record)> look_at_recording;
};

// Reads the log in `directory`, in memory that does not grow with it (but with the runs that are
// open, and with the anchors). Nothing is changed, and no lock is taken: a record that is being
// written at that moment may be reported as cut.
Report Verify(const std::string& directory, const VerifyOptions& options = {});

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_VERIFY_H_
