// The patterns of EnvironmentFile= (systemd.exec(5)) that are supported: `*`, `?` and `[...]` in
// the last part of a path (glob(7)).
#ifndef ONEOFF_RELEASE_ENV_PATH_PATTERN_H_
#define ONEOFF_RELEASE_ENV_PATH_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// Whether `path` holds one of `* ? [`. A backslash does not hide them here.
bool IsPattern(std::string_view path);
// The folder of "/etc/shop/a*" is "/etc/shop", that of "/a*" is "/". `path` is absolute. The result
// may be a pattern itself, which is not supported: the caller asks IsPattern() again.
std::string FolderOf(std::string_view path);
// The paths of those `names`, all in the pattern's folder, that match its last part, in the order
// of `names`. A hidden name matches only if the pattern has the dot.
std::vector<std::string> Matching(const std::string& pattern,
                                  const std::vector<std::string>& names);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_PATH_PATTERN_H_
