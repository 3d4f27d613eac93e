// Whether a command reads its program from its standard input: a shell, an interpreter or a
// database's client without a script. What it is fed then is as good as a command line.
#ifndef ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_
#define ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_

#include <string>
#include <vector>

namespace release {

// `argv` as executed. Looks through `bundle exec`, `env`, `nice` and the like, paths, and the words
// of a shell's -c. Knows programs by their names: one that it does not know reads data.
bool ReadsProgramFromInput(const std::vector<std::string>& argv);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_PROGRAM_INPUT_H_
