// History files: where shells and REPLs keep what people type. All people of an app share its UNIX
// account, and without this also its history, in which one person reads what another has typed.
#ifndef ONEOFF_RELEASE_ENV_HISTORY_FILES_H_
#define ONEOFF_RELEASE_ENV_HISTORY_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/variable.h"

namespace release {

// The history of one person in one account. It is kept apart from other people's, not secret: every
// process of the account can read it.
struct HistoryFiles {
  // To be made, with mode 0700, by a process of the account; each lies in the one before. The last
  // holds the files: HOME/.oneoff/history/PERSON.
  std::vector<std::string> folders;
  // Name the files to the programs that take such a name: bash, psql, mysql, sqlite3, node, ... Not
  // irb, and not Python before 3.13, which know no such variable.
  std::vector<Variable> variables;
};

// The files of `person` below `home`, without those that `set` names already. Without any variable
// if `person` is empty or cannot name a folder, or if `home` is no absolute path.
HistoryFiles HistoryFilesOf(std::string_view person, std::string_view home,
                            const std::vector<Variable>& set);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_HISTORY_FILES_H_
