// Console: what `console` is when neither the app file nor the Procfile says so, by the release's
// files.
#ifndef ONEOFF_RELEASE_COMMAND_CONSOLE_H_
#define ONEOFF_RELEASE_COMMAND_CONSOLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/isolation/isolation.h"

namespace release {

struct Console {
  std::vector<std::string> words;  // before isolation; empty: there is none
  std::string why;                 // "Rails, by bin/rails"
};

// Frameworks first (Rails, Django, Laravel, then an Elixir release and mix.exs), then languages by
// what their tools leave (a Gemfile, a package.json), then languages by the names of files; of
// several the first of Ruby, Python, Perl, PHP, Node. Reads in `directory`, the release's, and
// along `path`: the app's user's process does this. `layers` are the release's.
Console FindConsole(const std::string& directory, std::string_view path,
                    const std::vector<IsolationLayer>& layers);

// The programs for which a release's layers have to say how a console starts them.
std::vector<std::string> ConsolePrograms();

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_CONSOLE_H_
