// Reserved variables: a client cannot set them, even if a rule's accept_env names them. They decide
// which code runs, as which user, or where data goes. authz/FORMAT.md shows this table.
#ifndef ONEOFF_CONFIG_RESERVED_VARIABLES_H_
#define ONEOFF_CONFIG_RESERVED_VARIABLES_H_

#include <span>
#include <string_view>

namespace config {

struct ReservedVariables {
  std::string_view decides;  // what these variables decide: the reason
  std::string_view names;    // separated by blanks; * stands for any characters
};

// All rows, in the order of the page.
std::span<const ReservedVariables> AllReservedVariables();

// What the variable decides if it is reserved; empty: a rule may accept it.
std::string_view WhyReserved(std::string_view name);

// Whether a rule may accept the variable, although it is reserved, if it names the value, too:
// EDITOR and VISUAL. The rule then chooses the program.
bool MayBeAcceptedByValue(std::string_view name);

}  // namespace config

#endif  // ONEOFF_CONFIG_RESERVED_VARIABLES_H_
