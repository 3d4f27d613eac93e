#include "config/accepted_variables.h"

#include <algorithm>

namespace config {

bool AcceptsVariable(const std::vector<std::string>& accepted, std::string_view name,
                     std::string_view value) {
  const auto is_either = [&](std::string_view element) {
    if (!element.starts_with(name)) return false;
    element.remove_prefix(name.size());
    return element.empty() || (element.front() == '=' && element.substr(1) == value);
  };
  return std::any_of(accepted.begin(), accepted.end(), is_either);
}

}  // namespace config
