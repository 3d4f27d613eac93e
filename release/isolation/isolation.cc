#include "release/isolation/isolation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

const Substitution* FindSubstitution(const std::vector<IsolationLayer>& layers,
                                     const std::string& program) {
  for (const IsolationLayer& layer : layers) {
    const auto found =
        std::find_if(layer.programs.begin(), layer.programs.end(),
                     [&](const Substitution& entry) { return entry.program == program; });
    if (found != layer.programs.end()) return &*found;
  }
  return nullptr;
}

}  // namespace

Outcome<std::vector<std::string>> Isolate(const std::vector<IsolationLayer>& layers,
                                          const std::vector<std::string>& words) {
  const Substitution* const found = words.empty() ? nullptr : FindSubstitution(layers, words[0]);
  if (found == nullptr) return words;
  if (!found->refusal.empty()) return Refuse(kUnusable, found->refusal);
  std::vector<std::string> argv = found->words;
  argv.insert(argv.end(), words.begin() + 1, words.end());
  return argv;
}

void IsolateEnvironment(const std::vector<IsolationLayer>& layers, Variables& environment) {
  std::vector<std::string> folders;
  std::vector<std::string> kinds;
  for (const IsolationLayer& layer : layers) {
    for (const std::string& name : layer.unset) environment.Unset(name);
    for (const Variable& variable : layer.variables) {
      environment.Set(variable.name, variable.value, variable.source);
    }
    folders.insert(folders.end(), layer.path.begin(), layer.path.end());
    if (!layer.path.empty()) kinds.emplace_back(NameOf(layer.kind));
  }
  if (folders.empty()) return;
  std::string source = fmt::format("isolation ({})", base::Join(kinds, ", "));
  const Variable* const path = environment.Find("PATH");
  // The isolation's folders come first, as when an environment is activated.
  if (path != nullptr && !path->value.empty()) folders.push_back(path->value);
  environment.Set("PATH", base::Join(folders, ":"), std::move(source));
}

}  // namespace release
