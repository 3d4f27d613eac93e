// The dialect of Docker's --env-file, which knows no quotes.
#ifndef ONEOFF_RELEASE_ENV_DOCKER_ENV_H_
#define ONEOFF_RELEASE_ENV_DOCKER_ENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for what Docker refuses: white space in a name, no name, no UTF-8, a
// line of 64 KiB; and for a NUL.
base::Result<ParsedFile> ParseDockerEnv(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOCKER_ENV_H_
