// Changes a command text so that its shell executes the program instead of waiting for it.
//
// These functions look at single characters, also in quotes, and may take a simple command for more
// than one. Then the shell stays: that is correct, only one process more.
#ifndef ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_
#define ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_

#include <string>
#include <string_view>

namespace release {

// `thin -p $PORT` becomes `exec thin -p $PORT`; `A=1 thin` becomes `A=1 exec thin`. Unchanged if
// the text may be more than one simple command (POSIX.1-2017, XCU 2.9.1), begins with a shell's own
// word or built-in (`echo`, `test`), or has `exec` already: then the shell stays.
std::string ExecText(std::string_view text);

// Whether the shell may wait for a command of the text: ExecText() does not change it, and it is
// more than one `exec` or one built-in.
bool MayBeParent(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_
