// The dialect of Node's dotenv (16.x): what its parse() answers. Nothing in a value is replaced by
// a variable.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_JS_H_
#define ONEOFF_RELEASE_ENV_DOTENV_JS_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for a NUL, and for what is no UTF-8, which Node would damage.
base::Result<ParsedFile> ParseDotenvJs(std::string_view input);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_JS_H_
