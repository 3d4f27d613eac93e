// VersionFiles: which versions of interpreters a release names, in the files of version managers.
#ifndef ONEOFF_RELEASE_VERSION_FILES_H_
#define ONEOFF_RELEASE_VERSION_FILES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace release {

inline constexpr std::size_t kMaxTools = 32;
inline constexpr std::size_t kMaxVersions = 8;  // of one tool

// A tool's versions, the preferred one first.
struct ToolVersions {
  std::string tool;                   // "ruby"
  std::vector<std::string> versions;  // never empty
};

// Of a .tool-versions: `TOOL VERSION [VERSION...]` lines, # begins a comment. What has a name or a
// version that is none is passed over, and so is what goes over the bounds; of two lines for one
// tool the first counts.
std::vector<ToolVersions> ParseToolVersions(std::string_view text);

// Of a .ruby-version, .nvmrc, .node-version, .python-version: the first word of the first line that
// is neither empty nor a comment. Empty if there is none, or it is no version.
std::string ParseVersionFile(std::string_view text);

// [A-Za-z0-9] and then at most 127 of [A-Za-z0-9._+:@*/-], without "..", no path that leaves a
// folder.
bool IsVersion(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_VERSION_FILES_H_
