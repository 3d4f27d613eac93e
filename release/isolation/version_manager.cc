#include "release/isolation/version_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/version_files.h"
#include "release/natural_order.h"

namespace release {
namespace {

constexpr std::size_t kMaxInstalled = 1000;
constexpr std::size_t kMaxAlias = 4096;  // bytes of an alias's file
constexpr int kMaxAliases = 5;           // aliases that lead to one another

struct Description {
  Manager manager;
  std::string_view name;
  std::string_view variable;
  std::string_view folder;
};
constexpr std::array<Description, 8> kManagers = {
    {{Manager::kRbenv, "rbenv", "RBENV_ROOT", ".rbenv"},
     {Manager::kRvm, "rvm", "rvm_path", ".rvm"},
     {Manager::kNvm, "nvm", "NVM_DIR", ".nvm"},
     {Manager::kNodenv, "nodenv", "NODENV_ROOT", ".nodenv"},
     {Manager::kPyenv, "pyenv", "PYENV_ROOT", ".pyenv"},
     {Manager::kAsdf, "asdf", "ASDF_DATA_DIR", ".asdf"},
     {Manager::kMise, "mise", "MISE_DATA_DIR", ".local/share/mise"},
     {Manager::kVolta, "volta", "VOLTA_HOME", ".volta"}}};

const Description& Describe(Manager manager) {
  return *std::find_if(kManagers.begin(), kManagers.end(),
                       [manager](const Description& entry) { return entry.manager == manager; });
}

std::string_view Without(std::string_view text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return text;
}

std::string VersionsFolder(Manager manager, const std::string& root, const std::string& tool) {
  switch (manager) {
    case Manager::kRbenv:
    case Manager::kNodenv:
    case Manager::kPyenv:
      return root + "/versions";
    case Manager::kRvm:
      return root + "/rubies";
    case Manager::kNvm:
      return root + "/versions/node";
    case Manager::kVolta:
      return fmt::format("{}/tools/image/{}", root, tool);
    case Manager::kAsdf:
    case Manager::kMise:
      break;
  }
  return fmt::format("{}/installs/{}", root, tool);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string_view NameOf(Manager manager) { return Describe(manager).name; }
std::string_view RootVariableOf(Manager manager) { return Describe(manager).variable; }
std::string_view FolderOf(Manager manager) { return Describe(manager).folder; }

VersionManager::VersionManager(Manager manager, std::string root, std::string tool)
    : manager_(manager),
      root_(std::move(root)),
      tool_(std::move(tool)),
      folder_(VersionsFolder(manager_, root_, tool_)) {}

bool VersionManager::IsPresent() const {
  return IsDirectory(folder_) ||
         (manager_ == Manager::kAsdf && IsDirectory(fmt::format("{}/plugins/{}", root_, tool_)));
}

bool VersionManager::IsInstalled(const std::string& name) const {
  return !name.empty() && IsDirectory(fmt::format("{}/{}/bin", folder_, name));
}

std::vector<std::string> VersionManager::Newest(std::size_t limit) const {
  auto names = base::ListDirectory(AT_FDCWD, folder_, kMaxInstalled);
  if (!names) return {};
  std::erase_if(*names, [&](const std::string& name) { return !IsInstalled(name); });
  // 3.10 is newer than 3.9.
  std::sort(names->rbegin(), names->rend(), NaturalLess);
  if (names->size() > limit) names->resize(limit);
  return std::move(*names);
}

// The newest installed version whose name begins with `prefix`.
std::string VersionManager::NewestBelow(std::string_view prefix) const {
  for (std::string& name : Newest(kMaxInstalled)) {
    if (name.starts_with(prefix)) return std::move(name);
  }
  return {};
}

// As nvm: a version, the start of one, or an alias, which may name another alias.
std::string VersionManager::ResolveNode(std::string name) const {
  // Aliases may name each other in a circle.
  for (int i = 0; i < kMaxAliases; ++i) {
    if (name == "node" || name == "stable") return NewestBelow("v");
    const std::string_view digits = Without(name, "v");
    if (!digits.empty() && IsDigit(digits[0])) {
      std::string version = fmt::format("v{}", digits);
      return IsInstalled(version) ? version : NewestBelow(version + ".");
    }
    const auto alias = ReadHostileFile(fmt::format("{}/alias/{}", root_, name), kMaxAlias);
    if (!alias) return {};
    name = ParseVersionFile(*alias);
    if (name.empty()) return {};
  }
  return {};
}

// The folders that `version` may mean.
std::vector<std::string> VersionManager::Candidates(const std::string& version) const {
  const std::string ruby(Without(version, "ruby-"));
  switch (manager_) {
    case Manager::kRbenv:
      return {version, ruby};
    case Manager::kRvm: {
      const std::string name = version.substr(0, version.find('@'));
      if (!name.empty() && IsDigit(name[0])) return {"ruby-" + name};
      return {name};
    }
    case Manager::kNvm:
      return {ResolveNode(version)};
    case Manager::kNodenv:
      return {version, std::string(Without(version, "v"))};
    case Manager::kPyenv:
      if (IsInstalled(version)) return {version};
      return {NewestBelow(version + ".")};
    case Manager::kVolta:
      return {version};
    case Manager::kAsdf:
      break;
    case Manager::kMise:  // a version, the start of one, or "latest", which is a link in its folder
      if (version.starts_with("ref:") || IsInstalled(version)) break;
      return {std::string(Without(ruby, "v")),
              NewestBelow(version == "latest" ? "" : version + ".")};
  }
  if (version.starts_with("ref:")) return {"ref-" + version.substr(4)};
  return {version, std::string(Without(ruby, "v"))};
}

// rvm keeps a ruby's gems in a folder beside the ruby.
InstalledVersion VersionManager::OfRvm(const std::string& ruby, const std::string& version) const {
  const std::size_t at = version.find('@');
  const std::string gemset = at == std::string::npos ? "" : version.substr(at);
  const std::string home = fmt::format("{}/gems/{}{}", root_, ruby, gemset);
  const std::string global = fmt::format("{}/gems/{}@global", root_, ruby);
  return {ruby + gemset,
          {home + "/bin", global + "/bin", fmt::format("{}/{}/bin", folder_, ruby)},
          {{"GEM_HOME", home, {}}, {"GEM_PATH", home + ":" + global, {}}}};
}

std::optional<InstalledVersion> VersionManager::Find(const std::string& version) const {
  constexpr std::string_view kPath = "path:";
  if (version.starts_with(kPath)) {
    std::string bin = version.substr(kPath.size()) + "/bin";
    if (!bin.starts_with('/') || !IsDirectory(bin)) return std::nullopt;
    return InstalledVersion{version, {std::move(bin)}, {}};
  }
  for (const std::string& name : Candidates(version)) {
    if (!IsInstalled(name)) continue;
    if (manager_ == Manager::kRvm) return OfRvm(name, version);
    return InstalledVersion{name, {fmt::format("{}/{}/bin", folder_, name)}, {}};
  }
  return std::nullopt;
}

}  // namespace release
