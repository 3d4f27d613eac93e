// The dialect of systemd's EnvironmentFile= (252): quotes, backslashes and continued lines, and
// assignments that systemd drops.
#ifndef ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_
#define ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for what systemd refuses: a NUL, and what is no UTF-8.
base::Result<ParsedFile> ParseSystemdEnv(std::string_view text);

// Empty if systemd takes the assignment, else why it does not: a name is of letters, digits and
// '_', and a value holds no control characters but tabs and newlines.
std::string WhySystemdDrops(std::string_view name, std::string_view value);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_
