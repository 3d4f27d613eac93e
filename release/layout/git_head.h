// The commit of a release, read without running git (which would run what the repository
// configures).
#ifndef ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_
#define ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_

#include <string>
#include <string_view>

namespace release {

// What the file REVISION in `directory` says (Capistrano's, Deployer's), or Mina's
// .mina_git_revision, or what .git's HEAD comes to: through
// refs, packed-refs, and a worktree's gitfile and commondir (gitrepository-layout(5)). 7 to 64 hex
// digits; empty if there is none, or none that can be understood.
std::string ReadCommit(const std::string& directory);

// 7 to 64 digits of 0-9a-f.
bool IsCommitDigits(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_GIT_HEAD_H_
