// Finds the lines of a file of variables that two dialects read differently.
#ifndef ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_
#define ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "release/env/dialect.h"

namespace release {

inline constexpr std::size_t kMaxDifferences = 10;        // per file
inline constexpr std::size_t kMaxCompared = 64UL * 1024;  // bytes; a larger file is not compared

struct DialectDifference {
  std::size_t line = 0;
  std::string name;
  std::string others;  // "dotenv, python-dotenv"
};

// The dialects of .env loaders: Ruby's, Node's, Python's, PHP's.
const std::vector<Dialect>& DialectsOfFrameworks();

// `file` is the result of `dialect` for `text`. Returns the variables that one of `others` sets to
// another value, or that only one of the two sets, in the order of lines. A dialect that refuses
// the text is not compared.
std::vector<DialectDifference> CompareDialects(Dialect dialect, const std::vector<Dialect>& others,
                                               std::string_view text, const ParsedFile& file,
                                               const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_
