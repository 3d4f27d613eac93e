#include "release/env/dialect_difference.h"

#include <algorithm>
#include <map>
#include <utility>

namespace release {
namespace {

using Entries = std::map<std::string, const ParsedFile::Entry*>;

// The last entry of a name counts.
Entries ByName(const ParsedFile& file) {
  Entries entries;
  for (const ParsedFile::Entry& entry : file.entries) entries[entry.name] = &entry;
  return entries;
}

}  // namespace

const std::vector<Dialect>& DialectsOfFrameworks() {
  static const std::vector<Dialect> dialects = {Dialect::kDotenv, Dialect::kDotenvJs,
                                                Dialect::kPythonDotenv, Dialect::kPhpDotenv};
  return dialects;
}

std::vector<DialectDifference> CompareDialects(Dialect dialect, const std::vector<Dialect>& others,
                                               std::string_view text, const ParsedFile& file,
                                               const Lookup& earlier) {
  if (text.size() > kMaxCompared) return {};
  std::map<std::pair<std::size_t, std::string>, std::string> found;
  const auto add = [&](const ParsedFile::Entry& entry, Dialect other) {
    std::string& names = found[{entry.line, entry.name}];
    names += names.empty() ? "" : ", ";
    names += NameOf(other);
  };
  const Entries ours = ByName(file);
  for (const Dialect other : others) {
    if (other == dialect) continue;
    const auto parsed = ParseFile(other, text, earlier);
    if (!parsed) continue;
    const Entries theirs = ByName(*parsed);
    for (const auto& [name, entry] : ours) {
      const auto same = theirs.find(name);
      if (same == theirs.end() || same->second->value != entry->value) add(*entry, other);
    }
    for (const auto& [name, entry] : theirs) {
      if (ours.find(name) == ours.end()) add(*entry, other);
    }
  }
  std::vector<DialectDifference> differences;
  for (auto& [where, names] : found) {
    if (differences.size() == kMaxDifferences) break;
    differences.push_back({where.first, where.second, std::move(names)});
  }
  return differences;
}

}  // namespace release
