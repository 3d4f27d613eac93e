// The patterns of EnvironmentFile=, as far as they are followed: `*`, `?` and `[...]` in a path's
// last part (glob(7)).
#ifndef ONEOFF_RELEASE_ENV_PATH_PATTERN_H_
#define ONEOFF_RELEASE_ENV_PATH_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

bool IsPattern(std::string_view path);
// "/etc/shop/a*" is in "/etc/shop".
std::string FolderOf(std::string_view path);
// Those of `names`, which are the folder's, that the last part stands for, as whole paths and in
// the order of `names`. No hidden ones, unless the pattern names the dot.
std::vector<std::string> Matching(const std::string& pattern,
                                  const std::vector<std::string>& names);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_PATH_PATTERN_H_
