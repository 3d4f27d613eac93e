// Console: the command of `console` if neither the app file nor the Procfile defines one, found by
// the release's files.
#ifndef ONEOFF_RELEASE_COMMAND_CONSOLE_H_
#define ONEOFF_RELEASE_COMMAND_CONSOLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/isolation/isolation.h"

namespace release {

struct Console {
  std::vector<std::string> words;  // before isolation; empty: no console was found
  std::string why;                 // "Rails, by bin/rails"; safe to print
};

// Tries frameworks first (Rails, Django, Laravel, then an Elixir release and mix.exs), then
// languages by the files of their tools (a Gemfile, a package.json), then languages by the names of
// files. If several match, the first of Ruby, Python, Perl, PHP, Node counts. Reads in `directory`,
// the release's, and in `path`: the app's user's process calls it. `layers` are the release's.
Console FindConsole(const std::string& directory, std::string_view path,
                    const std::vector<IsolationLayer>& layers);

// The programs of consoles that a layer may start in another way: a snapshot asks the layers about
// them. Other consoles' programs (irb, perl, psysh, iex) start as they are.
std::vector<std::string> ConsolePrograms();

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_CONSOLE_H_
