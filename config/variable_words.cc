#include "config/variable_words.h"

#include <algorithm>
#include <array>

#include "config/program_name.h"
#include "config/starters.h"

namespace config {
namespace {

struct Program {
  std::string_view name;
  VariableWords takes;
};

// make also defines variables by `NAME:=value`, `NAME!=command` and others; env and sudo accept any
// name. kNone: a known program that takes none, although it is a script of the app.
constexpr auto kPrograms = std::to_array<Program>({
    {"rake", VariableWords::kNames},    {"drake", VariableWords::kNames},
    {"rails", VariableWords::kNames},   {"hanami", VariableWords::kNames},
    {"padrino", VariableWords::kNames}, {"cap", VariableWords::kNames},
    {"spring", VariableWords::kNames},  {"mina", VariableWords::kNames},
    {"buildr", VariableWords::kNames},  {"jake", VariableWords::kAny},
    {"pake", VariableWords::kAny},      {"scons", VariableWords::kAny},
    {"make", VariableWords::kMake},     {"gmake", VariableWords::kMake},
    {"bmake", VariableWords::kMake},    {"remake", VariableWords::kMake},
    {"dmake", VariableWords::kMake},    {"qmake", VariableWords::kMake},
    {"npm", VariableWords::kMake},      {"npx", VariableWords::kMake},
    {"yarn", VariableWords::kMake},     {"pnpm", VariableWords::kMake},
    {"bun", VariableWords::kMake},      {"composer", VariableWords::kMake},
    {"just", VariableWords::kAny},      {"task", VariableWords::kAny},
    {"configure", VariableWords::kAny}, {"env", VariableWords::kAny},
    {"cross-env", VariableWords::kAny}, {"cross-env-shell", VariableWords::kAny},
    {"sudo", VariableWords::kAny},      {"manage.py", VariableWords::kNone},
    {"artisan", VariableWords::kNone},  {"console", VariableWords::kNone},
});

const Program* Find(std::string_view word) {
  const std::string_view name = ProgramName(word);
  const auto* const found =
      std::find_if(kPrograms.begin(), kPrograms.end(),
                   [name](const Program& program) { return program.name == name; });
  return found == kPrograms.end() ? nullptr : found;
}

// Whether the command starts a script of the app that is no known program: `bin/deploy`, `bundle
// exec script/x`, `sh deploy.sh`.
bool StartsScript(const std::vector<std::string>& command) {
  std::size_t at = command.size() > 2 && command[0] == "bundle" && command[1] == "exec" ? 2 : 0;
  bool script = false;
  if (at < command.size() && IsInterpreter(command[at])) {
    for (++at; at < command.size() && command[at].starts_with('-');) ++at;
    script = true;
  }
  if (at >= command.size()) return false;
  const std::string& word = command[at];
  script = script || (word.find('/') != std::string::npos && word[0] != '/');
  return script && Find(word) == nullptr;
}

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
  VariableWords widest = StartsScript(command) ? VariableWords::kMake : VariableWords::kNone;
  for (const std::string& word : command) {
    if (const Program* const found = Find(word)) widest = std::max(widest, found->takes);
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
