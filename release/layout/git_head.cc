#include "release/layout/git_head.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "release/hostile_file.h"

namespace release {
namespace {

constexpr std::size_t kMaxPackedRefs = 8U << 20U;  // a long-lived repository has many tags

bool IsHash(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && IsCommitDigits(text);
}

// A file's first line, trimmed; empty if there is none.
std::string FirstLine(const std::string& path) {
  const auto content = ReadHostileFile(path, 4096);
  if (!content) return {};
  return std::string(base::Trim(std::string_view(*content).substr(0, content->find('\n'))));
}

// `path`, relative to `directory`.
std::string From(const std::string& directory, const std::string& path) {
  return path.starts_with('/') ? path : directory + "/" + path;
}

bool IsRefName(std::string_view name) {
  return name.starts_with("refs/") && name.size() < 1024 &&
         // The app's user writes HEAD; a name must not lead out of the repository.
         name.find("..") == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

// The hash in the line "HASH NAME" of packed-refs.
std::string FindPacked(const std::string& common, std::string_view name) {
  const auto content = ReadHostileFile(common + "/packed-refs", kMaxPackedRefs);
  if (!content) return {};
  for (const std::string_view line : base::Split(*content, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || base::Trim(line.substr(space)) != name) continue;
    const std::string_view hash = line.substr(0, space);
    return IsHash(hash) ? std::string(hash) : std::string();
  }
  return {};
}

std::string ReadGit(const std::string& directory) {
  std::string git = directory + "/.git";
  if (!IsDirectory(git)) {
    const std::string line = FirstLine(git);
    if (!line.starts_with("gitdir: ")) return {};
    git = From(directory, line.substr(8));
  }
  const std::string common_line = FirstLine(git + "/commondir");
  // A worktree (git-worktree(1)) has its own HEAD, and its refs are in the main repository.
  const std::string common = common_line.empty() ? git : From(git, common_line);
  std::string name;
  std::string line = FirstLine(git + "/HEAD");
  // As git's own limit for symbolic refs, which may name each other in a circle.
  for (int depth = 0; depth < 5 && line.starts_with("ref: "); ++depth) {
    name = base::Trim(line.substr(5));
    if (!IsRefName(name)) return {};
    line = FirstLine(From(git, name));
    if (line.empty() && common != git) line = FirstLine(From(common, name));
    if (line.empty()) line = FindPacked(common, name);
  }
  return IsHash(line) ? line : std::string();
}

}  // namespace

bool IsCommitDigits(std::string_view text) {
  return text.size() >= 7 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string ReadCommit(const std::string& directory) {
  for (const char* file : {"/REVISION", "/.mina_git_revision"}) {
    std::string revision = FirstLine(directory + file);
    if (IsCommitDigits(revision)) return revision;
  }
  return ReadGit(directory);
}

}  // namespace release
