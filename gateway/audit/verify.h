// Verify: proves, or disproves, that a log is whole: each record in its place, nothing altered,
// nothing missing.
//
// What it cannot see: records cut off the end of a log whose writer no longer runs (FORMAT.md,
// "Drawbacks").
#ifndef ONEOFF_GATEWAY_AUDIT_VERIFY_H_
#define ONEOFF_GATEWAY_AUDIT_VERIFY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace audit {

// The exit statuses of `oneoff audit verify`.
enum class Verdict {
  kSound = 0,
  kDamaged = 1,  // something was altered, removed, moved or put in
  kIncomplete =
      2,  // what is there is sound; its beginning, its last line or the end of a run is missing
  kCannotTell = 3,  // the log, or some of it, cannot be read; or it is empty
};

struct Finding {
  Verdict verdict = Verdict::kSound;  // what it means by itself; kSound: worth knowing
  std::string file;                   // or empty
  std::uint64_t line = 0;             // or 0
  std::string run;                    // or empty
  std::string message;                // safe to print
};

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
  std::string
      head;  // the digest of the last record's line: what a copy kept elsewhere is compared with
};

// Whether a run still goes on, or its end is yet to be recorded.
using Running = std::function<bool(std::string_view run)>;

// Reads the log in `directory`, in memory that does not grow with it (but with the runs that are
// open). Nothing is changed, and no lock is taken: a record that is being written at that moment
// may be reported as cut.
Report Verify(const std::string& directory, const Running& running = {});

// A finding as one line: "2026-03-01.jsonl:17: run 7k2m9xqd: message".
std::string Describe(const Finding& finding);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_VERIFY_H_
