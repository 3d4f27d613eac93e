#include "release/variable.h"

#include <algorithm>
#include <utility>

namespace release {

void Variables::Set(std::string name, std::string value, std::string source) {
  for (Variable& variable : all_) {
    if (variable.name != name) continue;
    variable.value = std::move(value);
    variable.source = std::move(source);
    return;
  }
  all_.push_back({std::move(name), std::move(value), std::move(source)});
}

void Variables::Unset(std::string_view name) {
  std::erase_if(all_, [&](const Variable& variable) { return variable.name == name; });
}

const Variable* Variables::Find(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const Variable& variable) { return variable.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace release
