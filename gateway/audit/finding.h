// Finding: one thing that verifying a log has found, and how grave it is.
#ifndef ONEOFF_GATEWAY_AUDIT_FINDING_H_
#define ONEOFF_GATEWAY_AUDIT_FINDING_H_

#include <cstdint>
#include <string>

namespace audit {

// The exit statuses of `oneoff audit verify`.
enum class Verdict {
  kSound = 0,
  kDamaged = 1,  // something was altered, removed, moved or put in
  kIncomplete =
      2,  // what is there is sound; its beginning, its last line or the end of a run is missing
  kCannotTell = 3,  // the log, or some of it, cannot be read; or it is empty
};

// The graver of the two: damaged, cannot tell, incomplete, sound.
Verdict Graver(Verdict a, Verdict b);

struct Finding {
  Verdict verdict = Verdict::kSound;  // what it means by itself; kSound: worth knowing
  std::string file;                   // or empty
  std::uint64_t line = 0;             // or 0
  std::string run;                    // or empty
  std::string message;                // safe to print

  friend bool operator==(const Finding&, const Finding&) = default;
};

// A finding as one line: "2026-03-01.jsonl:17: run 7k2m9xqd: message".
std::string Describe(const Finding& finding);

// A line of a file.
struct Place {
  std::string file;
  std::uint64_t line = 0;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_FINDING_H_
