// One file of a folder for daemontools' envdir: the file's name is the variable's name.
#ifndef ONEOFF_RELEASE_ENV_ENVDIR_H_
#define ONEOFF_RELEASE_ENV_ENVDIR_H_

#include <optional>
#include <string>
#include <string_view>

namespace release {

// The value that the file's content gives: its first line without blanks and tabs at its end, each
// NUL as a newline. nullopt for an empty file: the variable is to be unset. A file with an empty
// first line gives the empty value. Takes any bytes; the caller bounds the size.
std::optional<std::string> EnvdirValue(std::string_view content);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_ENVDIR_H_
