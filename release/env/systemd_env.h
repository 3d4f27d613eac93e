// The dialect of systemd's EnvironmentFile= (252; systemd.exec(5)): quotes, backslashes, continued
// lines, and assignments that systemd drops. Lines that begin with '#' or ';' are comments. It
// replaces no variable in a value.
#ifndef ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_
#define ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// kInvalid, as FailAtLine, for what systemd refuses: a NUL, and a name or value that is not UTF-8.
// A dropped assignment and a line without '=' are warnings.
base::Result<ParsedFile> ParseSystemdEnv(std::string_view text);

// Why systemd drops the assignment; empty: it takes it. A name may hold letters, digits and '_'; a
// value may hold no control character but tab and newline.
std::string WhySystemdDrops(std::string_view name, std::string_view value);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_SYSTEMD_ENV_H_
