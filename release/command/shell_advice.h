// What to type instead of a string that only a shell understands.
#ifndef ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_
#define ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_

#include <string>
#include <string_view>

#include "release/app.h"
#include "release/command/command_line.h"
#include "release/command/shell_words.h"

namespace release {

// `string` is the whole line, `split` where splitting it stopped at something special.
NeedsShell DescribeSpecial(std::string_view string, const ShellSplit& split);

// `word` is a first word that only a shell knows, in `string`.
NeedsShell DescribeShellWord(std::string_view string, const ShellWord& word);

// Sets the advice of a `cd` now that it is known where the command would start: the folder is the
// release's, which goes without saying, or another one.
void AdviseAboutFolder(const App& app, const std::string& directory, NeedsShell& needs);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHELL_ADVICE_H_
