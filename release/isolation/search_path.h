// Where programs are: along a PATH, and where they may be otherwise.
#ifndef ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_
#define ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_

#include <string>
#include <string_view>

namespace release {

// The first program `name` along `path` (colon-separated; only absolute folders count); empty if
// there is none.
std::string FindProgram(std::string_view path, std::string_view name);

// For a `name` that is not on the PATH: a place where it is nevertheless, among those in the
// release (`directory`), in `home` and on the system where programs usually are. "bin/x" or "./x"
// in the release, else an absolute path; empty if there is none.
std::string FindProgramHint(const std::string& directory, const std::string& home,
                            std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_
