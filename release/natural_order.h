// The order in which people sort names that hold numbers.
#ifndef ONEOFF_RELEASE_NATURAL_ORDER_H_
#define ONEOFF_RELEASE_NATURAL_ORDER_H_

#include <string_view>

namespace release {

// Digits compare as numbers of any length, all else byte by byte: v9 before v10, 1.9 before 1.10.
// Of names that differ in leading zeros only, the bytes decide. A strict order for std::sort.
bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace release

#endif  // ONEOFF_RELEASE_NATURAL_ORDER_H_
