// A reader for the part of TOML 1.0 that mise.toml, pyproject.toml and Pipfile need: which string
// has which key. Numbers, dates, true and false are returned as they are written. It is no
// validator: it accepts texts that TOML refuses, such as a repeated key.
#ifndef ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_
#define ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace release {

inline constexpr std::size_t kMaxTomlPairs = 2000;
inline constexpr std::size_t kMaxTomlKeys = 16;  // of one value: the table's keys and its own

struct TomlPair {
  std::vector<std::string> keys;     // the table's and its own: {"tools", "node"}
  std::vector<std::string> strings;  // the value, or the array's values; never empty
  std::size_t line = 0;              // of the key, from 1
};

// The pairs in the text's order. An inline table is read as its members: `node = {version = "20"}`
// is tools.node.version. Reading ends at the first line that is not TOML, and at the bounds (also 8
// nested arrays and tables); the pairs in front of it are returned. Tables in arrays are skipped. A
// \u escape becomes one '?'. Takes any bytes; the caller bounds the size.
std::vector<TomlPair> ReadTomlPairs(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_TOML_PAIRS_H_
