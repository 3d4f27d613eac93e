// Which programs take NAME=value words of their command line as variables (`rake VERSION=1`, `env
// LANG=C date`), and which words these are.
#ifndef ONEOFF_CONFIG_VARIABLE_WORDS_H_
#define ONEOFF_CONFIG_VARIABLE_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

// From narrow to wide: of several, VariableWordsOf returns the last.
enum class VariableWords {
  kNone,   // such a word is a normal argument
  kNames,  // [A-Za-z0-9_]+= at the start of one of the word's lines: rake and similar programs
  kAny,    // any word with a = that does not begin with "-": env, sudo
  kMake,   // the same, and the program expands a `$` in a value: `$(shell COMMAND)` runs COMMAND
};

// The widest meaning of the programs that the command names, as in `nice env A=b rake C=d`. A
// script of the app (`bin/deploy`, `sh deploy.sh`) and a package manager's script count as kMake:
// what they do with their words is not known, and they may pass them to make.
VariableWords VariableWordsOf(const std::vector<std::string>& command);

// The name of the variable that `word` sets; nullopt: it sets none. Always a view of `word`, in
// front of a '='. With kAny and kMake the name may be empty or hold any characters (`X:=1` sets
// "X:").
std::optional<std::string_view> VariableOf(std::string_view word, VariableWords taken);

}  // namespace config

#endif  // ONEOFF_CONFIG_VARIABLE_WORDS_H_
