// The dialect of Ruby's dotenv (3.x): what its Dotenv::Parser answers, without running anything.
#ifndef ONEOFF_RELEASE_DOTENV_H_
#define ONEOFF_RELEASE_DOTENV_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace release {

inline constexpr std::size_t kMaxValue =
    128UL * 1024UL;                                   // bytes of one value (Linux: MAX_ARG_STRLEN)
inline constexpr std::size_t kMaxDotenv = 2U << 20U;  // bytes of a file's values, after expansion

struct DotenvEntry {
  std::string name;
  std::string value;
  std::size_t line = 0;  // of the name, from 1
};

struct DotenvFile {
  std::vector<DotenvEntry> entries;  // in the file's order; a later one of the same name wins
  struct Warning {
    std::size_t line = 0;
    std::string message;  // without anything of the line
  };
  std::vector<Warning> warnings;  // at most 20
};

// What a `$NAME` means that the file itself did not set before; nullptr: unset.
using Lookup = std::function<const std::string*(std::string_view name)>;

// kInvalid "LINE: NAME: why" (from 1; the message holds nothing of a value) for what dotenv
// refuses, for a command substitution, and for a NUL. `text` should be bounded by the caller.
base::Result<DotenvFile> ParseDotenv(std::string_view text, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_DOTENV_H_
