// The part of TOML 1.0 that says which string stands under which key: for mise.toml, pyproject.toml
// and Pipfile. A number, a date, true and false are as they are written.
#ifndef ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_
#define ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace release {

inline constexpr std::size_t kMaxTomlPairs = 2000;
inline constexpr std::size_t kMaxTomlKeys = 16;  // that lead to one value

struct TomlPair {
  std::vector<std::string> keys;     // the table's and its own: {"tools", "node"}
  std::vector<std::string> strings;  // the value, or those of the array; never empty
  std::size_t line = 0;              // of the key, from 1
};

// In the text's order. An inline table is as its members written out: `node = {version = "20"}` is
// tools.node.version. Reading ends at the first line that is no TOML, and over the bounds.
std::vector<TomlPair> ReadTomlPairs(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_
