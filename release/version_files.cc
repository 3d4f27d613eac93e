#include "release/version_files.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

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

// The words before a comment.
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

std::string ParseVersionFile(std::string_view text) {
  for (const std::string_view line : base::Split(text, '\n')) {
    const auto words = WordsOf(line);
    if (!words.empty()) return IsVersion(words[0]) ? std::string(words[0]) : std::string();
  }
  return {};
}

}  // namespace release
