// Which lines of a file of variables two dialects read differently.
#ifndef ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_
#define ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "release/env/dialect.h"

namespace release {

inline constexpr std::size_t kMaxDifferences = 10;        // of one file
inline constexpr std::size_t kMaxCompared = 64UL * 1024;  // bytes; a larger file is not compared

struct DialectDifference {
  std::size_t line = 0;
  std::string name;
  std::string others;  // "dotenv, python-dotenv"
};

// The dialects that loaders of a .env have: of Ruby, Node, Python, PHP.
const std::vector<Dialect>& DialectsOfFrameworks();

// The variables that `file`, what `dialect` made of `text`, sets to another value than those of
// `others` that accept the text, or that only one of the two sets. In the order of lines.
std::vector<DialectDifference> CompareDialects(Dialect dialect, const std::vector<Dialect>& others,
                                               std::string_view text, const ParsedFile& file,
                                               const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_
