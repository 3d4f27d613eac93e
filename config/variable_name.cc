#include "config/variable_name.h"

#include <algorithm>

namespace config {

bool IsVariableName(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  // The names that a POSIX shell can set. Others, such as bash's BASH_FUNC_x%%, have meanings of
  // their own.
  return !name.empty() && name.size() <= 256 && letter(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace config
