// The value of one line of a dotenv file: quotes, backslashes and `$NAME`, as in Dotenv::Parser.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_
#define ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// `raw` is the text after the separator, with its quotes. `lookup` resolves names, also
// DOTENV_LINEBREAK_MODE, which decides what "\n" in double quotes means. kInvalid for a command
// substitution, which dotenv would run; kTooLarge above kMaxValue. The message holds no part of the
// value.
base::Result<std::string> DotenvValue(std::string_view raw, const Lookup& lookup);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_
