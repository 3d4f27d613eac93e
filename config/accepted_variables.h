// The elements of a rule's accept_env: NAME accepts the variable with any value, NAME=VALUE with
// this value alone.
#ifndef ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_
#define ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_

#include <string>
#include <string_view>
#include <vector>

namespace config {

bool AcceptsVariable(const std::vector<std::string>& accepted, std::string_view name,
                     std::string_view value);

}  // namespace config

#endif  // ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_
