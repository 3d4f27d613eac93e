// The dialect of Node's dotenv (16.x): the result of its parse(). It replaces no variable in a
// value.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_JS_H_
#define ONEOFF_RELEASE_ENV_DOTENV_JS_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for a NUL, and for a value that is not UTF-8, which Node would change. A
// line that dotenv ignores is a warning. In double quotes only "\n" and "\r" are escapes.
base::Result<ParsedFile> ParseDotenvJs(std::string_view input);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_JS_H_
