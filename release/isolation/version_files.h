// VersionFiles: the versions of interpreters that a release names in the files of version managers.
//
// The functions take hostile texts and read no file. What they return is safe as a part of a path:
// a version is an IsVersion(), a tool's name has at most 128 of [A-Za-z0-9_-].
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

// Reads a .tool-versions: lines of `TOOL VERSION [VERSION...]`; # begins a comment. Skips invalid
// names and versions and what exceeds the bounds. The first line of a tool counts.
std::vector<ToolVersions> ParseToolVersions(std::string_view text);

// Reads the [tools] of a mise.toml: a version, a list of versions, or a table with "version". The
// names are mise's. Tools of its backends (npm:prettier) are skipped.
std::vector<ToolVersions> ParseMiseToml(std::string_view text);

// The versions in a package.json: those that Volta pins, and Corepack's package manager.
struct PackageJson {
  std::vector<ToolVersions> volta;       // node, npm, yarn, pnpm
  std::optional<ToolVersions> packager;  // "pnpm", "8.6.0"
};
// Empty for a text that is not JSON.
PackageJson ParsePackageJson(std::string_view text);

// Reads a .ruby-version, .nvmrc, .node-version or .python-version: the first word of the first line
// that is neither empty nor a comment. Empty if there is none, or if it is no version.
std::string ParseVersionFile(std::string_view text);

// [A-Za-z0-9], then at most 127 of [A-Za-z0-9._+:@*/-], without "..": a version becomes part of a
// path and must not leave its folder.
bool IsVersion(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_VERSION_FILES_H_
