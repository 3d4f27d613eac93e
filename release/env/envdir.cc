#include "release/env/envdir.h"

#include <algorithm>

namespace release {

std::optional<std::string> EnvdirValue(std::string_view content) {
  // An empty file removes the variable (envdir(8)).
  if (content.empty()) return std::nullopt;
  const std::string_view line = content.substr(0, content.find('\n'));
  std::string value(line.substr(0, line.find_last_not_of(" \t") + 1));
  // As daemontools' envdir: a zero byte in the file stands for a newline in the value.
  std::replace(value.begin(), value.end(), '\0', '\n');
  return value;
}

}  // namespace release
