// Finding: one result of verifying a log, and how grave it is.
#ifndef ONEOFF_GATEWAY_AUDIT_FINDING_H_
#define ONEOFF_GATEWAY_AUDIT_FINDING_H_

#include <cstdint>
#include <string>

namespace audit {

// The exit statuses of `oneoff audit verify`.
enum class Verdict {
  kSound = 0,
  kDamaged = 1,  // a record was altered, removed, moved or inserted
  kIncomplete =
      2,  // all that is there is sound; the first or last records, or a run's end, are missing
  kCannotTell = 3,  // the log, or part of it, cannot be read; or it is empty
};

// Returns the graver of two, in the order damaged, cannot tell, incomplete, sound.
Verdict Graver(Verdict a, Verdict b);

struct Finding {
  Verdict verdict = Verdict::kSound;  // its own weight; kSound: a note
  std::string file;                   // may be empty
  std::uint64_t line = 0;             // 0: none
  std::string run;                    // may be empty
  std::string message;                // safe to print

  friend bool operator==(const Finding&, const Finding&) = default;
};

// Returns a finding as one line: "2026-03-01.jsonl:17: run 7k2m9xqd: message".
std::string Describe(const Finding& finding);

// A line of a file.
struct Place {
  std::string file;
  std::uint64_t line = 0;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_FINDING_H_
