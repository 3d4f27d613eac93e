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
  std::size_t line = 0;  // of the name, from 1
  std::string name;      // as the file has it: escape it before it is printed
  std::string others;    // "dotenv, python-dotenv"
};

// The dialects of .env loaders: Ruby's, Node's, Python's, PHP's.
const std::vector<Dialect>& DialectsOfFrameworks();

// `file` is the result of `dialect` for `text`. Returns the variables that one of `others` sets to
// another value, or that only one of the two sets, in the order of lines. A dialect that refuses
// the text is not compared. At most kMaxDifferences; none for a text over kMaxCompared. Parses the
// text once for each of `others`.
std::vector<DialectDifference> CompareDialects(Dialect dialect, const std::vector<Dialect>& others,
                                               std::string_view text, const ParsedFile& file,
                                               const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DIALECT_DIFFERENCE_H_
