#include "release/env/envdir.h"

#include <algorithm>

namespace release {

std::optional<std::string> EnvdirValue(std::string_view content) {
  if (content.empty()) return std::nullopt;
  const std::string_view line = content.substr(0, content.find('\n'));
  std::string value(line.substr(0, line.find_last_not_of(" \t") + 1));
  std::replace(value.begin(), value.end(), '\0', '\n');
  return value;
}

}  // namespace release
