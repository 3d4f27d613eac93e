// A command text, changed so that the shell that reads it becomes its program.
#ifndef ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_
#define ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_

#include <string>
#include <string_view>

namespace release {

// `thin -p $PORT` as `exec thin -p $PORT`, `A=1 thin` as `A=1 exec thin`. Unchanged where the text
// may be more than one simple command (POSIX.1-2017, XCU 2.9.1), begins with a word that only a
// shell knows or does by itself (`echo`, `test`), or has `exec` already: then the shell stays.
std::string ExecText(std::string_view text);

// Whether the shell may wait for a command of the text: ExecText() leaves it, and it is more than
// one `exec` or one built-in.
bool MayBeParent(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_EXEC_TEXT_H_
