// The order in which people sort names that hold numbers.
#ifndef ONEOFF_RELEASE_NATURAL_ORDER_H_
#define ONEOFF_RELEASE_NATURAL_ORDER_H_

#include <string_view>

namespace release {

// Digits compare as numbers: v9 before v10.
bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace release

#endif  // ONEOFF_RELEASE_NATURAL_ORDER_H_
