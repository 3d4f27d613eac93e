// The dialect of Docker's --env-file, which has no quotes: a value is the rest of its line as it
// is. Lines that begin with '#' are comments. A name without '=' sets nothing, with a warning:
// Docker would take the value from its caller's environment.
#ifndef ONEOFF_RELEASE_ENV_DOCKER_ENV_H_
#define ONEOFF_RELEASE_ENV_DOCKER_ENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for what Docker refuses: white space in a name, an empty name, text that
// is not UTF-8, a line of 64 KiB or more. Also for a NUL.
base::Result<ParsedFile> ParseDockerEnv(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOCKER_ENV_H_
