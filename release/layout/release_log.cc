#include "release/layout/release_log.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "config/json_document.h"

namespace release {
namespace {

constexpr std::size_t kMaxLines = 300;   // of Deployer's log, from its end
constexpr std::size_t kMaxLine = 65536;  // bytes

// The "release_name" of a line; empty if there is none.
std::string NameInLine(std::string_view line) {
  if (line.empty() || line.size() > kMaxLine) return {};
  config::Problems problems;
  const auto document = config::Document::Parse("", std::string(line), problems);
  if (!document) return {};
  const config::Node* const name = document->root().Find("release_name");
  if (name == nullptr) return {};
  if (name->kind == config::Node::Kind::kInteger) return std::to_string(name->integer);
  return name->string;
}

}  // namespace

std::string PreviousInLog(std::string_view log, std::string_view current,
                          const std::vector<std::string>& ids) {
  // The lines: "Branch main (at 3f2a91c) deployed as release 20260301093000 by deploy", and "deploy
  // rolled back to release 20260228180000".
  std::vector<std::string_view> mentioned;
  for (const std::string_view line : base::Split(log, '\n')) {
    constexpr std::string_view kMark = " release ";
    const std::size_t at = line.rfind(kMark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = base::Trim(line.substr(at + kMark.size()));
    mentioned.push_back(rest.substr(0, rest.find(' ')));
  }
  const std::set<std::string_view> existing(ids.begin(), ids.end());
  auto entry = std::find(mentioned.rbegin(), mentioned.rend(), current);
  for (; entry != mentioned.rend(); ++entry) {
    if (*entry != current && existing.contains(*entry)) return std::string(*entry);
  }
  return {};
}

std::vector<std::string> ReleasesInLog(std::string_view log, const std::vector<std::string>& ids) {
  const std::set<std::string_view> existing(ids.begin(), ids.end());
  const auto lines = base::Split(log, '\n');
  // The log ends in a newline, so the last line is empty.
  const std::size_t first = lines.size() - std::min(lines.size(), kMaxLines + 1);
  std::vector<std::string> names;
  for (std::size_t i = first; i < lines.size(); ++i) {
    std::string name = NameInLine(base::Trim(lines[i]));
    if (!existing.contains(name)) continue;
    std::erase(names, name);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace release
