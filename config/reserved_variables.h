// Reserved variables: what a client can never set, whatever a rule's accept_env says, because it
// decides which code runs, as whom, or where data goes. authz/FORMAT.md shows this table.
#ifndef ONEOFF_CONFIG_RESERVED_VARIABLES_H_
#define ONEOFF_CONFIG_RESERVED_VARIABLES_H_

#include <span>
#include <string_view>

namespace config {

struct ReservedVariables {
  std::string_view decides;  // what these variables decide: the reason
  std::string_view names;    // with blanks between them; * stands for any characters
};

// Every row, in the page's order.
std::span<const ReservedVariables> AllReservedVariables();

// What the variable decides, if it is reserved; empty if a rule may accept it.
std::string_view WhyReserved(std::string_view name);

}  // namespace config

#endif  // ONEOFF_CONFIG_RESERVED_VARIABLES_H_
