// Finds programs: in a PATH, and in other usual places.
//
// A program is a regular file that this process may execute (IsProgram), so the app's user's
// process asks. The answer holds for this moment.
#ifndef ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_
#define ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_

#include <string>
#include <string_view>

namespace release {

// The first program `name` in `path` (colon-separated; relative folders are skipped); empty if
// there is none.
std::string FindProgram(std::string_view path, std::string_view name);

// The place of a program `name` that the PATH does not have. Looks in the release (`directory`), in
// `home` and in the system's usual folders, in this order. "bin/x" or "./x" in the release, else an
// absolute path; empty if there is none, and for a name with a slash. A hint for a message only:
// nothing is started by it. Interpreters and the like (ruby, node, pip) in the folders of installed
// versions are no hint, because another version would not find the app's libraries.
std::string FindProgramHint(const std::string& directory, const std::string& home,
                            std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_SEARCH_PATH_H_
