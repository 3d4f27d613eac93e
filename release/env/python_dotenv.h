// The dialect of python-dotenv (1.x): the result of its parser and its resolve_variables.
#ifndef ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_
#define ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// `${NAME}` and `${NAME:-default}` are the value that the file set before, else `earlier`'s, also
// in single quotes. Without either, `${NAME}` is the empty text. A line that python-dotenv cannot
// parse is skipped with a warning. A NAME without '=' counts as one that the file did not set.
// kInvalid, as FailAtLine, for text that is not UTF-8, and for a NUL.
base::Result<ParsedFile> ParsePythonDotenv(std::string_view input, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_
