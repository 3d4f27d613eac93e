#include "release/isolation/interpreter.h"

#include <array>
#include <utility>

#include "release/hostile_file.h"
#include "release/isolation/search_path.h"

namespace release {

std::vector<Interpreter> FindInterpreters(std::string_view path) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"bundle", "node", "perl", "php", "python", "python3", "ruby"});
  std::vector<Interpreter> interpreters;
  for (const std::string_view name : kNames) {
    std::string program = FindProgram(path, name);
    if (program.empty()) continue;
    // /usr/bin/ruby may be a link that update-alternatives(1) changes. The target shows which one
    // runs.
    const auto real = RealPath(program);
    if (real && *real != program) program += " -> " + *real;
    interpreters.push_back({std::string(name), std::move(program)});
  }
  return interpreters;
}

}  // namespace release
