// The elements of a rule's accept_env: NAME accepts the variable with any value, NAME=VALUE with
// this value alone.
#ifndef ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_
#define ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_

#include <string>
#include <string_view>
#include <vector>

namespace config {

// Whether an element accepts the variable with this value. Names are compared exactly. Does not
// know the reserved variables: the reader of a policy refuses elements that name one, and the
// function that takes a client's variables checks again.
bool AcceptsVariable(const std::vector<std::string>& accepted, std::string_view name,
                     std::string_view value);

}  // namespace config

#endif  // ONEOFF_CONFIG_ACCEPTED_VARIABLES_H_
