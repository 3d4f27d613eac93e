// The dialect of python-dotenv (1.x): what its parser and its resolve_variables answer.
#ifndef ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_
#define ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// `${NAME}` and `${NAME:-default}` are what the file set before, else what `earlier` has; quotes
// make no difference to that. kInvalid, as FailAtLine, for what is no UTF-8, and for a NUL.
base::Result<ParsedFile> ParsePythonDotenv(std::string_view input, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_PYTHON_DOTENV_H_
