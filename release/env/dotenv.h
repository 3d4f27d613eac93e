// The dialect of Ruby's dotenv (3.x): the result of its Dotenv::Parser, without command
// substitution. `$NAME` and `${NAME}` are replaced, except in single quotes: by what the file set
// before, else by `earlier`, else by nothing. A line that dotenv ignores is a warning.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_H_
#define ONEOFF_RELEASE_ENV_DOTENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for what dotenv refuses, for a command substitution, and for a NUL. The
// caller bounds the size of `text`.
base::Result<ParsedFile> ParseDotenv(std::string_view text, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_H_
