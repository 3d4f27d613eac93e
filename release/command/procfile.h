// Procfile: process types and their commands, by foreman's grammar: `NAME: COMMAND` lines, and
// lines that begin with #. The caller reads the file and bounds its size.
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
  std::string name;      // IsProcessName
  std::string command;   // trimmed, never empty; a shell executes it
  std::size_t line = 0;  // from 1
};

struct Procfile {
  std::vector<Process> processes;  // in the file's order; the first of a name counts
  std::vector<std::size_t>
      ignored;  // lines that are no process, comment or empty line; the first 20

  const Process* Find(std::string_view name) const;  // nullptr if there is none
};

// Whether a process of some Procfile may have this name: 1 to 64 of [A-Za-z0-9_-].
bool IsProcessName(std::string_view name);

// Any text is a Procfile: lines outside the grammar, over the bounds, with a NUL, or with a name
// that a line before has, are in `ignored`.
Procfile ParseProcfile(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_PROCFILE_H_
