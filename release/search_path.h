// Where programs are: along a PATH.
#ifndef ONEOFF_RELEASE_SEARCH_PATH_H_
#define ONEOFF_RELEASE_SEARCH_PATH_H_

#include <string>
#include <string_view>

namespace release {

// The first program `name` along `path` (colon-separated; only absolute folders count); empty if
// there is none.
std::string FindProgram(std::string_view path, std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_SEARCH_PATH_H_
