// Whether a command reads its program from standard input: a shell, an interpreter or a database
// client without a script. Its input is then as sensitive as a command line, and is recorded.
#ifndef ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_
#define ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_

#include <string>
#include <vector>

namespace release {

// `argv` as executed. Looks at each word behind `bundle exec`, `env`, `nice` and others, at paths,
// and at the words of a shell's -c. Knows programs by their names; an unknown program counts as one
// that reads data. In doubt about a command with shells in shells, or with very many programs, the
// answer is true. Takes bounded time for hostile words.
bool ReadsProgramFromInput(const std::vector<std::string>& argv);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_
