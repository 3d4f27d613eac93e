// Selection: which records somebody wants to see.
#ifndef ONEOFF_GATEWAY_AUDIT_SELECTION_H_
#define ONEOFF_GATEWAY_AUDIT_SELECTION_H_

#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/audit/record.h"

namespace audit {

// What to show: each that is not empty has to match.
struct Filter {
  std::string app;
  std::string who;    // a person
  std::string run;    // a run's id or its beginning
  std::string event;  // "run.started", or "run" for all that begin with "run."
  std::string since;  // from ParseSince; that moment and later
  std::string until;  // likewise; before that moment
  std::string rule;   // that allowed or denied it, or the run that it is told of
  std::string
      outcome;  // of a run: a RunEnded's how; "ok": exited with 0; "denied"; "failed": not ok
};

class Selection {
 public:
  explicit Selection(Filter filter) : filter_(std::move(filter)) {}

  // Asked of every record, in their order.
  bool Takes(const Record& record);
  // Whether lines that are no records may be what is looked for.
  bool takes_unreadable() const;

 private:
  bool IsOfRule(const Record& record);

  Filter filter_;
  std::set<std::string> runs_;  // of the rule, not ended yet
};

// A moment as Filter::since wants it. `text`: a day "2026-03-01", a time "2026-03-01T09:30" or
// longer, in UTC, or how long ago: "90s", "15m", "2h", "3d". kInvalid for anything else.
base::Result<std::string> ParseSince(const std::string& text, base::WallTime now);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SELECTION_H_
