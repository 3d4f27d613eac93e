#include "release/isolation/isolation_kind.h"

#include <algorithm>
#include <array>
#include <utility>

namespace release {
namespace {

constexpr std::array<std::pair<IsolationKind, std::string_view>, 6> kNames = {
    {{IsolationKind::kBundler, "bundler"},
     {IsolationKind::kVirtualenv, "virtualenv"},
     {IsolationKind::kNode, "node"},
     {IsolationKind::kComposer, "composer"},
     {IsolationKind::kCarton, "carton"},
     {IsolationKind::kVersions, "versions"}}};

}  // namespace

std::string_view NameOf(IsolationKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<IsolationKind> KindOf(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::vector<std::string> IsolationNames() {
  std::vector<std::string> names;
  names.reserve(kNames.size());
  for (const auto& [kind, name] : kNames) names.emplace_back(name);
  return names;
}

bool IsolationChoice::Allows(IsolationKind kind) const { return automatic || Demands(kind); }

bool IsolationChoice::Demands(IsolationKind kind) const {
  return !automatic && std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace release
