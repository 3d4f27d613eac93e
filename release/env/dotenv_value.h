// The value of one line of a dotenv file: quotes, backslashes and `$NAME`, as Dotenv::Parser does
// them.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_
#define ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// `raw` is what stands behind the separator, quotes included. kInvalid for a command substitution;
// the message holds nothing of the value.
base::Result<std::string> DotenvValue(std::string_view raw, const Lookup& lookup);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_VALUE_H_
