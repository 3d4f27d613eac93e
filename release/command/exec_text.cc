#include "release/command/exec_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/variable_name.h"
#include "release/command/shell_words.h"

namespace release {
namespace {

// The end of the word at `at`.
std::size_t EndOfWord(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t", at), text.size());
}

// NAME=value without quotes or expansions.
bool IsPlainAssignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && config::IsVariableName(word.substr(0, equals)) &&
         word.find_first_of("'\"\\$") == std::string_view::npos;
}

// Also counts these characters in quotes: then only the `exec` is missed.
bool MayBeMore(std::string_view text) {
  return text.find_first_of(";|&()`\n#") != std::string_view::npos;
}

// Built into dash and bash. Their `echo` and `test` differ from the programs of that name, and they
// end at once.
bool IsBuiltIn(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"[", "echo", "false", "kill", "printf", "pwd", "test", "true"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

bool MayBeParent(std::string_view text) {
  if (MayBeMore(text)) return true;
  const std::string_view trimmed = base::Trim(text);
  const std::string_view first = trimmed.substr(0, EndOfWord(trimmed, 0));
  return first != "exec" && !IsBuiltIn(first) && ExecText(text) == text;
}

std::string ExecText(std::string_view text) {
  std::string unchanged(text);
  if (MayBeMore(text)) return unchanged;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t", at), text.size());
    const std::string_view word = text.substr(begin, EndOfWord(text, begin) - begin);
    at = begin;
    if (!IsPlainAssignment(word)) break;
    at = begin + word.size();
  }
  const std::string_view program = text.substr(at, EndOfWord(text, at) - at);
  // The texts `<in cat` and `A=$B cat` do not begin with a program.
  const bool plain = !program.empty() &&
                     program.find_first_of("<>=$'\"\\") == std::string_view::npos &&
                     !OnlyAShellKnows(program) && !IsBuiltIn(program);
  return plain ? unchanged.insert(at, "exec ") : unchanged;
}

}  // namespace release
