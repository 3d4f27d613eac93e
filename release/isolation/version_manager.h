// VersionManager: finds where rbenv, nvm and others keep the versions of a tool, and which version
// a name means. It reads folders and runs no program.
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
// The variable that names its root, and the default root below a home.
std::string_view RootVariableOf(Manager manager);  // "RBENV_ROOT"
std::string_view FolderOf(Manager manager);        // ".rbenv"

struct InstalledVersion {
  std::string version;              // the name of its folder
  std::vector<std::string> path;    // absolute folders of programs
  std::vector<Variable> variables;  // what its libraries need besides the PATH; sources are empty
};

// One manager's versions of one tool. Reads below its root: the app's user's process uses it.
class VersionManager {
 public:
  // `tool` is the manager's own name for the tool ("nodejs" for asdf), `root` an absolute path.
  // Both become part of paths. Looks at no folder yet.
  VersionManager(Manager manager, std::string root, std::string tool);

  Manager manager() const { return manager_; }
  // The folder of its versions.
  const std::string& folder() const { return folder_; }
  // Whether the manager is installed and manages this tool.
  bool IsPresent() const;
  // The installed version that `version`, an IsVersion(), means to this manager: rbenv takes names
  // with or without "ruby-", pyenv the newest 3.11.x for 3.11, nvm its aliases (at most 5 that lead
  // to one another). "path:/FOLDER" is that folder, as asdf and mise read it. Installed is a
  // version whose folder has a folder bin.
  std::optional<InstalledVersion> Find(const std::string& version) const;
  // The names of installed versions, newest first, at most `limit`.
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
