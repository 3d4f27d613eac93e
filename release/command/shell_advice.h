// What to type instead of a string that needs a shell.
#ifndef ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_
#define ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_

#include <string>
#include <string_view>

#include "release/app.h"
#include "release/command/command_line.h"
#include "release/command/shell_words.h"

namespace release {

// `string` is the whole line; `split` is its split, which stopped at a special character
// (kSpecial). All advice is a clause without a full stop, safe to print.
NeedsShell DescribeSpecial(std::string_view string, const ShellSplit& split);

// `word` is the first word of `string`, and only a shell knows it.
NeedsShell DescribeShellWord(std::string_view string, const ShellWord& word);

// Sets the advice of a `cd`, once the command's start folder is known: either the folder is the
// release's, so `cd` is not needed, or it is another one. Does nothing if `needs` is not about a
// `cd FOLDER`. Compares texts: it looks at no folder.
void AdviseAboutFolder(const App& app, const std::string& directory, NeedsShell& needs);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_
