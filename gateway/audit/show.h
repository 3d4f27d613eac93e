// Show: the log for a person to read, or for a program.
#ifndef ONEOFF_GATEWAY_AUDIT_SHOW_H_
#define ONEOFF_GATEWAY_AUDIT_SHOW_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/audit/selection.h"

namespace audit {

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

// The same, and then what comes, as it comes, but for lines that are no records. Calls `wait` when
// there is nothing more for now; ends when that says false.
base::Result<void> Follow(const std::string& directory, const Filter& filter, Form form,
                          const std::function<void(std::string_view line)>& print,
                          const std::function<bool()>& wait);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SHOW_H_
