#include "release/isolation/version_files.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/json_document.h"
#include "release/isolation/toml_pairs.h"

namespace release {
namespace {

constexpr std::size_t kMaxName = 128;  // bytes of a tool's or a version's

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsTool(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && IsAlphanumeric(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_'; });
}

// The words in front of a comment.
std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find('#'));
  for (std::string_view rest = base::Trim(line); !rest.empty(); rest = base::Trim(rest)) {
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    words.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return words;
}

}  // namespace

bool IsVersion(std::string_view text) {
  constexpr std::string_view kOther = "._+:@*/-";
  return !text.empty() && text.size() <= kMaxName && IsAlphanumeric(text[0]) &&
         // A version becomes part of a path below the version manager's folder.
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return IsAlphanumeric(c) || kOther.find(c) != std::string_view::npos;
         });
}

std::vector<ToolVersions> ParseToolVersions(std::string_view text) {
  std::vector<ToolVersions> tools;
  for (const std::string_view line : base::Split(text, '\n')) {
    const auto words = WordsOf(line);
    if (words.size() < 2 || !IsTool(words[0])) continue;
    ToolVersions tool{std::string(words[0]), {}};
    for (std::size_t i = 1; i < words.size() && tool.versions.size() < kMaxVersions; ++i) {
      if (IsVersion(words[i])) tool.versions.emplace_back(words[i]);
    }
    const bool known = std::any_of(tools.begin(), tools.end(), [&](const ToolVersions& other) {
      return other.tool == tool.tool;
    });
    if (known || tool.versions.empty()) continue;
    tools.push_back(std::move(tool));
    if (tools.size() == kMaxTools) break;
  }
  return tools;
}

std::vector<ToolVersions> ParseMiseToml(std::string_view text) {
  std::vector<ToolVersions> tools;
  for (const TomlPair& pair : ReadTomlPairs(text)) {
    const bool plain = pair.keys.size() == 2;
    const bool table = pair.keys.size() == 3 && pair.keys[2] == "version";
    if ((!plain && !table) || pair.keys[0] != "tools" || !IsTool(pair.keys[1])) continue;
    ToolVersions tool{pair.keys[1], {}};
    for (const std::string& version : pair.strings) {
      if (IsVersion(version) && tool.versions.size() < kMaxVersions)
        tool.versions.push_back(version);
    }
    if (!tool.versions.empty() && tools.size() < kMaxTools) tools.push_back(std::move(tool));
  }
  return tools;
}

PackageJson ParsePackageJson(std::string_view text) {
  PackageJson found;
  // Most package.json files have neither, and need no parsing.
  if (text.find("\"volta\"") == std::string_view::npos &&
      text.find("\"packageManager\"") == std::string_view::npos) {
    return found;
  }
  config::Problems ignored;
  const auto document = config::Document::Parse("package.json", std::string(text), ignored);
  if (!document) return found;
  if (const config::Node* const volta = document->root().Find("volta")) {
    for (const config::Member& member : volta->members) {
      if (IsTool(member.name) && IsVersion(member.value.string) && found.volta.size() < kMaxTools) {
        found.volta.push_back({member.name, {member.value.string}});
      }
    }
  }
  if (const config::Node* const packager = document->root().Find("packageManager")) {
    const std::string_view name = packager->string;
    const std::size_t at = std::min(name.find('@'), name.size());
    const std::string_view version = name.substr(std::min(at + 1, name.size()));
    // A digest may follow the '+'.
    const std::string_view plain = version.substr(0, version.find('+'));
    if (IsTool(name.substr(0, at)) && IsVersion(plain)) {
      found.packager = ToolVersions{std::string(name.substr(0, at)), {std::string(plain)}};
    }
  }
  return found;
}

std::string ParseVersionFile(std::string_view text) {
  for (const std::string_view line : base::Split(text, '\n')) {
    const auto words = WordsOf(line);
    if (!words.empty()) return IsVersion(words[0]) ? std::string(words[0]) : std::string();
  }
  return {};
}

}  // namespace release
