#include "release/search_path.h"

#include <fmt/format.h>

#include "base/text.h"
#include "release/hostile_file.h"

namespace release {

std::string FindProgram(std::string_view path, std::string_view name) {
  for (const std::string_view folder : base::Split(path, ':')) {
    if (!folder.starts_with('/')) continue;
    std::string candidate = fmt::format("{}/{}", folder, name);
    if (IsProgram(candidate)) return candidate;
  }
  return {};
}

}  // namespace release
