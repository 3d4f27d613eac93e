// The valid names of environment variables.
#ifndef ONEOFF_CONFIG_VARIABLE_NAME_H_
#define ONEOFF_CONFIG_VARIABLE_NAME_H_

#include <string_view>

namespace config {

// [A-Za-z_][A-Za-z0-9_]*, at most 256 bytes.
bool IsVariableName(std::string_view name);

}  // namespace config

#endif  // ONEOFF_CONFIG_VARIABLE_NAME_H_
