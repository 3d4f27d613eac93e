// Any bytes as the small files that tell about a release: what is taken from them is bounded, and
// names no place outside of where it is looked for. The first byte says which file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "release/isolation/gems.h"
#include "release/isolation/python_files.h"
#include "release/isolation/toml_pairs.h"
#include "release/isolation/version_files.h"
#include "release/layout/release_log.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

const std::vector<std::string> kIds = {"1", "2", "v1", "hotfix"};

void CheckVersion(const std::string& version) {
  Require(release::IsVersion(version) && version[0] != '/' && version.size() <= 128);
  Require(version.find("..") == std::string::npos && version.find(' ') == std::string::npos);
}

void CheckTools(const std::vector<release::ToolVersions>& tools) {
  Require(tools.size() <= release::kMaxTools);
  for (const release::ToolVersions& tool : tools) {
    Require(!tool.tool.empty() && tool.tool.find_first_of("/.\n") == std::string::npos);
    Require(!tool.versions.empty() && tool.versions.size() <= release::kMaxVersions);
    for (const std::string& version : tool.versions) CheckVersion(version);
  }
}

void CheckToml(std::string_view text) {
  const auto pairs = release::ReadTomlPairs(text);
  Require(pairs.size() <= release::kMaxTomlPairs);
  for (const release::TomlPair& pair : pairs) {
    Require(!pair.keys.empty() && pair.keys.size() <= release::kMaxTomlKeys);
    Require(!pair.strings.empty() && pair.line > 0);
  }
}

void CheckVersions(std::string_view text) {
  CheckTools(release::ParseToolVersions(text));
  CheckTools(release::ParseMiseToml(text));
  CheckToml(text);
  const release::PackageJson package = release::ParsePackageJson(text);
  CheckTools(package.volta);
  if (package.packager) CheckTools({*package.packager});
  const std::string version = release::ParseVersionFile(text);
  if (!version.empty()) CheckVersion(version);
}

void CheckPython(std::string_view text) {
  const release::Pyvenv pyvenv = release::ParsePyvenv(text);
  Require(pyvenv.home.size() <= 4096 && pyvenv.version.size() <= 4096);
  const std::string interpreter = release::InterpreterOf(text);
  Require(interpreter.size() <= 4096 && interpreter.find('\n') == std::string::npos);
}

void CheckLogs(std::string_view text) {
  const auto named = release::ReleasesInLog(text, kIds);
  Require(named.size() <= kIds.size());
  for (const std::string& id : named) Require(std::count(named.begin(), named.end(), id) == 1);
  const std::string previous = release::PreviousInLog(text, "v1", kIds);
  Require(previous.empty() || std::count(kIds.begin(), kIds.end(), previous) == 1);
  Require(previous != "v1");
}

void CheckGems(std::string_view text) {
  Require(release::LockedGems(text).size() <= 4096);
  Require(release::GemOfBinstub(text).size() <= 128);
  (void)release::LoadsBundler(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      CheckVersions(text);
      break;
    case 1:
      CheckPython(text);
      break;
    case 2:
      CheckLogs(text);
      break;
    default:
      CheckGems(text);
      break;
  }
  return 0;
}
