// Show: prints the log for a person or for a program.
#ifndef ONEOFF_GATEWAY_AUDIT_SHOW_H_
#define ONEOFF_GATEWAY_AUDIT_SHOW_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/audit/selection.h"

namespace audit {

enum class Form {
  kTable,  // columns; every byte that could control a terminal is escaped
  // One object a line, ASCII only, with "file" and "line"; a line that is not a record becomes
  // {"unreadable": ...}.
  kJson,
};

// Calls `print` with each line, without its newline. Lines that are not records are shown too,
// unless a filter excludes them. Fails if the directory or a file cannot be read.
// Only Form::kTable is made for a terminal. Neither checks the chain.
base::Result<void> Show(const std::string& directory, const Filter& filter, Form form,
                        const std::function<void(std::string_view line)>& print);

// Shows the log and then new records as they are written, without lines that are not records. Calls
// `wait` when there is no further record for now; returns when `wait` returns false.
base::Result<void> Follow(const std::string& directory, const Filter& filter, Form form,
                          const std::function<void(std::string_view line)>& print,
                          const std::function<bool()>& wait);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SHOW_H_
