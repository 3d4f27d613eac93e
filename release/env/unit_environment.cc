#include "release/env/unit_environment.h"

#include "release/env/value_scan.h"

namespace release {

bool IsServiceName(std::string_view name) {
  constexpr std::string_view kSuffix = ".service";
  constexpr std::size_t kMaxName = 255;  // UNIT_NAME_MAX, with its NUL
  if (name.size() > kMaxName || !name.ends_with(kSuffix) || name.size() == kSuffix.size()) {
    return false;
  }
  for (const char c : name) {
    if (!IsWordByte(c) && std::string_view(":-.\\@").find(c) == std::string_view::npos)
      return false;
  }
  return name.front() != '@' && name.front() != '.';
}

}  // namespace release
