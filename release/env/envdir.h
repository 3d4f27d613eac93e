// One file of a folder that daemontools' envdir reads: the file's name is the variable.
#ifndef ONEOFF_RELEASE_ENV_ENVDIR_H_
#define ONEOFF_RELEASE_ENV_ENVDIR_H_

#include <optional>
#include <string>
#include <string_view>

namespace release {

// The variable's value by the file's content: its first line without the blanks and tabs at its
// end, each NUL a newline. nullopt, for a file without a byte: the variable is to be unset.
std::optional<std::string> EnvdirValue(std::string_view content);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_ENVDIR_H_
