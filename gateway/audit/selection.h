// Selection: chooses the records that a reader asks for.
#ifndef ONEOFF_GATEWAY_AUDIT_SELECTION_H_
#define ONEOFF_GATEWAY_AUDIT_SELECTION_H_

#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/audit/record.h"

namespace audit {

// What to show. Each field that is not empty must match.
struct Filter {
  std::string app;
  std::string who;    // a person
  std::string run;    // a run's id or its first characters
  std::string event;  // "run.started", or "run" for all that begin with "run."
  std::string since;  // from ParseSince; this moment and later
  std::string until;  // from ParseSince; before this moment
  std::string rule;   // the rule that allowed or denied it, or that allowed its run
  std::string
      outcome;  // of a run: RunEnded's how; "ok": exited with 0; "denied"; "failed": any but ok
};

class Selection {
 public:
  explicit Selection(Filter filter) : filter_(std::move(filter)) {}

  // To be called for every record, in order.
  // A sum ("summed") matches a filter for the events that it sums. It keeps up to a million runs of
  // a rule in memory.
  bool Takes(const Record& record);
  // Whether lines that are not records may be shown.
  // Only if nothing but times is asked for.
  bool takes_unreadable() const;

 private:
  bool IsOfRule(const Record& record);

  Filter filter_;
  std::set<std::string> runs_;  // runs of the rule that have not ended yet
};

// Parses a moment for Filter::since. `text`: a day "2026-03-01", a time "2026-03-01T09:30" or
// longer, in UTC, or a time ago: "90s", "15m", "2h", "3d". kInvalid for anything else.
// The result is a prefix of base::FormatUtc's form, so texts compare as times do. A number in a
// time ago is at most a million.
base::Result<std::string> ParseSince(const std::string& text, base::WallTime now);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SELECTION_H_
