#include "config/variable_words.h"

#include <algorithm>
#include <array>

#include "config/program_name.h"

namespace config {
namespace {

struct Program {
  std::string_view name;
  VariableWords takes;
};

// make also defines variables by `NAME:=value`, `NAME!=command` and others; env and sudo accept any
// name.
constexpr auto kPrograms = std::to_array<Program>({
    {"rake", VariableWords::kNames},
    {"drake", VariableWords::kNames},
    {"rails", VariableWords::kNames},
    {"hanami", VariableWords::kNames},
    {"padrino", VariableWords::kNames},
    {"cap", VariableWords::kNames},
    {"spring", VariableWords::kNames},
    {"make", VariableWords::kAny},
    {"gmake", VariableWords::kAny},
    {"bmake", VariableWords::kAny},
    {"just", VariableWords::kAny},
    {"task", VariableWords::kAny},
    {"configure", VariableWords::kAny},
    {"env", VariableWords::kAny},
    {"cross-env", VariableWords::kAny},
    {"cross-env-shell", VariableWords::kAny},
    {"sudo", VariableWords::kAny},
});

bool IsNameLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// rake uses /^(\w+)=(.*)$/m: in Ruby, ^ matches at the start of any line.
std::optional<std::string_view> NameInLines(std::string_view word) {
  while (true) {
    const std::size_t equals = word.find('=');
    const std::size_t line = word.find('\n');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = word.substr(0, equals);
    if (equals < line && !name.empty() && std::all_of(name.begin(), name.end(), IsNameLetter)) {
      return name;
    }
    if (line == std::string_view::npos) return std::nullopt;
    word.remove_prefix(line + 1);
  }
}

}  // namespace

VariableWords VariableWordsOf(const std::vector<std::string>& command) {
  VariableWords widest = VariableWords::kNone;
  for (const std::string& word : command) {
    const std::string_view name = ProgramName(word);
    const auto* const found =
        std::find_if(kPrograms.begin(), kPrograms.end(),
                     [name](const Program& program) { return program.name == name; });
    if (found != kPrograms.end()) widest = std::max(widest, found->takes);
  }
  return widest;
}

std::optional<std::string_view> VariableOf(std::string_view word, VariableWords taken) {
  if (taken == VariableWords::kNone) return std::nullopt;
  if (taken == VariableWords::kNames) return NameInLines(word);
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || word[0] == '-') return std::nullopt;
  return word.substr(0, equals);
}

}  // namespace config
