// Procfile: process types and their commands, by foreman's grammar.
#ifndef ONEOFF_RELEASE_COMMAND_PROCFILE_H_
#define ONEOFF_RELEASE_COMMAND_PROCFILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace release {

inline constexpr std::size_t kMaxProcesses = 64;
inline constexpr std::size_t kMaxProcessCommand = 4096;  // bytes

struct Process {
  std::string name;      // [A-Za-z0-9_-]+
  std::string command;   // trimmed, never empty; a shell executes it
  std::size_t line = 0;  // from 1
};

struct Procfile {
  std::vector<Process> processes;  // in the file's order; the first of a name counts
  std::vector<std::size_t>
      ignored;  // lines that are no process, comment or empty line; the first 20

  const Process* Find(std::string_view name) const;  // nullptr if there is none
};

// Whether a process of some Procfile may have this name.
bool IsProcessName(std::string_view name);

// Any text is a Procfile: lines outside the grammar or over the bounds are in `ignored`.
Procfile ParseProcfile(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_PROCFILE_H_
