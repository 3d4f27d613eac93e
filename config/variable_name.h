// Which environment variables a client can never set, whatever a rule accepts.
#ifndef ONEOFF_CONFIG_VARIABLE_NAME_H_
#define ONEOFF_CONFIG_VARIABLE_NAME_H_

#include <string_view>

namespace config {

// [A-Za-z_][A-Za-z0-9_]*, at most 256 bytes.
bool IsVariableName(std::string_view name);

// Whether the variable decides which code runs or where it is looked for (LD_*, PATH, RUBY*,
// *PAGER, …), or says who one is (HOME, USER, ONEOFF_*).
bool NeverFromClient(std::string_view name);

}  // namespace config

#endif  // ONEOFF_CONFIG_VARIABLE_NAME_H_
