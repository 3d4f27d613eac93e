// The commit of a release, read from files. Git is not run: it would run programs that the
// repository's configuration names.
#ifndef ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_
#define ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_

#include <string>
#include <string_view>

namespace release {

// The commit that REVISION in `directory` names (Capistrano's, Deployer's), or .mina_git_revision
// (Mina's), or .git's HEAD: through refs, packed-refs, and a worktree's gitfile and commondir
// (gitrepository-layout(5)). 7 to 64 hex digits in lower case; empty if there is none, or if it
// cannot be understood. Reads at most 5 references that lead to one another, and 8 MiB of
// packed-refs, as the app's user (release/hostile_file.h): a gitfile may lead to any folder.
std::string ReadCommit(const std::string& directory);

// Whether `text` is 7 to 64 digits of 0-9a-f.
bool IsCommitDigits(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_
