#include "release/exec_text.h"

#include <algorithm>

#include "config/variable_name.h"
#include "release/shell_words.h"

namespace release {
namespace {

// Where the word at `at` ends.
std::size_t EndOfWord(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t", at), text.size());
}

// NAME=value, all of it plain.
bool IsPlainAssignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && config::IsVariableName(word.substr(0, equals)) &&
         word.find_first_of("'\"\\$") == std::string_view::npos;
}

}  // namespace

std::string ExecText(std::string_view text) {
  std::string unchanged(text);
  // Even in quotes: it is only a chance that is lost.
  if (text.find_first_of(";|&()`\n#") != std::string_view::npos) return unchanged;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t", at), text.size());
    const std::string_view word = text.substr(begin, EndOfWord(text, begin) - begin);
    at = begin;
    if (!IsPlainAssignment(word)) break;
    at = begin + word.size();
  }
  const std::string_view program = text.substr(at, EndOfWord(text, at) - at);
  // `<in cat` and `A=$B cat` begin with no program.
  const bool plain = !program.empty() &&
                     program.find_first_of("<>=$'\"\\") == std::string_view::npos &&
                     !OnlyAShellKnows(program);
  return plain ? unchanged.insert(at, "exec ") : unchanged;
}

}  // namespace release
