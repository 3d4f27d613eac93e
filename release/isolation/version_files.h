// VersionFiles: which versions of interpreters a release names, in the files of version managers.
#ifndef ONEOFF_RELEASE_ISOLATION_VERSION_FILES_H_
#define ONEOFF_RELEASE_ISOLATION_VERSION_FILES_H_

#include <cstddef>
#include <optional>
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

// Of a mise.toml: the [tools] of it, with a version, a list of them, or a table's "version". The
// names are mise's; those of its backends (npm:prettier) are passed over.
std::vector<ToolVersions> ParseMiseToml(std::string_view text);

// Of a package.json: what Volta pins, and the package manager that corepack is to use.
struct PackageJson {
  std::vector<ToolVersions> volta;       // node, npm, yarn, pnpm
  std::optional<ToolVersions> packager;  // "pnpm", "8.6.0"
};
PackageJson ParsePackageJson(std::string_view text);

// Of a .ruby-version, .nvmrc, .node-version, .python-version: the first word of the first line that
// is neither empty nor a comment. Empty if there is none, or it is no version.
std::string ParseVersionFile(std::string_view text);

// [A-Za-z0-9] and then at most 127 of [A-Za-z0-9._+:@*/-], without "..", no path that leaves a
// folder.
bool IsVersion(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_VERSION_FILES_H_
