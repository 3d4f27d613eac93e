#include "release/env/history_files.h"

#include <algorithm>
#include <array>

namespace release {
namespace {

struct Program {
  const char* variable;
  const char* file;
};
// irb and older Pythons know no such variable.
constexpr auto kPrograms = std::to_array<Program>({{"HISTFILE", "shell"},  // bash(1)
                                                   {"LESSHISTFILE", "less"},
                                                   {"MYSQL_HISTFILE", "mysql"},
                                                   {"NODE_REPL_HISTORY", "node"},
                                                   {"PSQL_HISTORY", "psql"},
                                                   {"PYTHON_HISTORY", "python"},  // since 3.13
                                                   {"REDISCLI_HISTFILE", "redis-cli"},
                                                   {"SQLITE_HISTORY", "sqlite"}});

bool NamesAFolder(std::string_view person) {
  // A person's name from a certificate becomes part of a path.
  return !person.empty() && person.front() != '.' && person.find('/') == std::string_view::npos;
}

}  // namespace

HistoryFiles HistoryFilesOf(std::string_view person, std::string_view home,
                            const std::vector<Variable>& set) {
  HistoryFiles files;
  if (!NamesAFolder(person) || !home.starts_with('/')) return files;
  std::string folder(home);
  for (const std::string_view name :
       {std::string_view(".oneoff"), std::string_view("history"), person}) {
    folder.append("/").append(name);
    files.folders.push_back(folder);
  }
  for (const auto& [name, file] : kPrograms) {
    const bool taken =
        std::any_of(set.begin(), set.end(),
                    [&, variable = name](const Variable& one) { return one.name == variable; });
    // The app's own choice wins.
    if (taken) continue;
    files.variables.push_back({.name = name, .value = folder + "/" + file, .source = "oneoff"});
  }
  return files;
}

}  // namespace release
