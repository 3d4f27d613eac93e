// The dialect of foreman's .env files: the result of its Foreman::Env. It replaces no variable in a
// value. A line that foreman ignores (also one with `export`) is a warning.
#ifndef ONEOFF_RELEASE_ENV_FOREMAN_ENV_H_
#define ONEOFF_RELEASE_ENV_FOREMAN_ENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for a NUL.
base::Result<ParsedFile> ParseForemanEnv(std::string_view input);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_FOREMAN_ENV_H_
