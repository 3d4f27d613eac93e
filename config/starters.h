// Programs that start the program which their further words name: env, bundle exec, timeout, xargs.
#ifndef ONEOFF_CONFIG_STARTERS_H_
#define ONEOFF_CONFIG_STARTERS_H_

#include <string_view>

namespace config {

// Whether `word`, a program's name or path, is such a program, or a subcommand or option that
// starts a program (`exec`, `run`, find's `-exec`). A version at the name's end does not count. A
// guard rail: it knows the usual ones.
//
// Their options take values in too many ways to know which word is the program. So a caller has to
// expect a program in each word behind a starter.
bool IsStarter(std::string_view word);

// Whether `word` is an interpreter, which starts a script: sh, python3.11, /usr/bin/ruby. A guard
// rail, too. An interpreter is no starter: the two lists differ.
bool IsInterpreter(std::string_view word);

}  // namespace config

#endif  // ONEOFF_CONFIG_STARTERS_H_
