// Which programs take NAME=value words of their command line as variables of the environment, as
// `rake VERSION=1` and `env LANG=C date` do, and which words those are.
#ifndef ONEOFF_CONFIG_VARIABLE_WORDS_H_
#define ONEOFF_CONFIG_VARIABLE_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class VariableWords {
  kNone,   // such a word is an argument like any other
  kNames,  // [A-Za-z0-9_]+=, at the beginning of one of the word's lines: rake and its like
  kAny,    // any word that holds a = and does not begin with "-": make, env
};

// What a command's words mean: the widest of what the programs named in it take, as in
// `nice env A=b rake C=d`.
VariableWords VariableWordsOf(const std::vector<std::string>& command);

// The name of the variable that `word` sets; nullopt: it sets none.
std::optional<std::string_view> VariableOf(std::string_view word, VariableWords taken);

}  // namespace config

#endif  // ONEOFF_CONFIG_VARIABLE_WORDS_H_
