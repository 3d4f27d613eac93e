// Show: the log for a person to read, or for a program.
#ifndef ONEOFF_GATEWAY_AUDIT_SHOW_H_
#define ONEOFF_GATEWAY_AUDIT_SHOW_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace audit {

// What to show: each that is not empty has to match.
struct Filter {
  std::string app;
  std::string who;    // a person
  std::string run;    // a run's id or its beginning
  std::string event;  // "run.started", or "run" for all that begin with "run."
  std::string since;  // from ParseSince
};

// A moment as Filter::since wants it. `text`: a day "2026-03-01", a time "2026-03-01T09:30" or
// longer, in UTC, or how long ago: "90s", "15m", "2h", "3d". kInvalid for anything else.
base::Result<std::string> ParseSince(const std::string& text, base::WallTime now);

enum class Form {
  kTable,  // columns, every byte that could touch a terminal escaped
  kJson,   // one object a line, ASCII only, with "file" and "line"; unreadable lines as
           // {"unreadable": ...}
};

// Calls `print` with each line, without its newline. Lines that are no records are shown as such
// unless a filter asks for something that they cannot match. Errors: the directory or one of its
// files cannot be read.
base::Result<void> Show(const std::string& directory, const Filter& filter, Form form,
                        const std::function<void(std::string_view line)>& print);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SHOW_H_
