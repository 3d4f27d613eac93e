// VersionManager: where rbenv and its like keep the versions of a tool, and which of them a name
// means. It looks at folders; no program is run.
#ifndef ONEOFF_RELEASE_ISOLATION_VERSION_MANAGER_H_
#define ONEOFF_RELEASE_ISOLATION_VERSION_MANAGER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/variable.h"

namespace release {

enum class Manager { kRbenv, kRvm, kNvm, kNodenv, kPyenv, kAsdf, kMise, kVolta };
std::string_view NameOf(Manager manager);
// The variable that says where it is installed, and where it is without: below a home.
std::string_view RootVariableOf(Manager manager);  // "RBENV_ROOT"
std::string_view FolderOf(Manager manager);        // ".rbenv"

struct InstalledVersion {
  std::string version;              // its folder's name
  std::vector<std::string> path;    // absolute folders of programs
  std::vector<Variable> variables;  // what else finds its libraries; sources are empty
};

// What one manager has of one tool. Reads below its root: the app's user's process does this.
class VersionManager {
 public:
  // `tool` as the manager calls it.
  VersionManager(Manager manager, std::string root, std::string tool);

  Manager manager() const { return manager_; }
  // Where its versions are.
  const std::string& folder() const { return folder_; }
  // Whether it is there, and cares for this tool.
  bool IsPresent() const;
  // The installed version that `version`, an IsVersion(), means to this manager: rbenv's with or
  // without "ruby-", pyenv's newest 3.11.x for 3.11, nvm's aliases.
  std::optional<InstalledVersion> Find(const std::string& version) const;
  // Names of what is installed, newest first, at most `limit`.
  std::vector<std::string> Newest(std::size_t limit) const;

 private:
  std::vector<std::string> Candidates(const std::string& version) const;
  std::string NewestBelow(std::string_view prefix) const;
  std::string ResolveNode(std::string name) const;
  bool IsInstalled(const std::string& name) const;
  InstalledVersion OfRvm(const std::string& ruby, const std::string& version) const;

  Manager manager_;
  std::string root_;
  std::string tool_;
  std::string folder_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_VERSION_MANAGER_H_
