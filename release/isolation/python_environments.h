// Where Poetry and pipenv keep the environment of a project that has none in its own folder, by
// their own rules for its name. Neither is run.
#ifndef ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_
#define ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_

#include <string>
#include <string_view>

#include "release/variable.h"

namespace release {

struct ToolsEnvironment {
  std::string tool;    // "Poetry", "pipenv"; empty: the project is neither's
  std::string file;    // by which it was known
  std::string folder;  // its virtualenv; empty: there is none
  std::string sought;  // where it would be: a folder and the beginning of a name
};

// Reads in `directory`, the project's real path, and where `environment` (HOME, WORKON_HOME,
// POETRY_VIRTUALENVS_PATH and the like) says that environments are: the app's user's process does
// this.
ToolsEnvironment FindToolsEnvironment(const std::string& directory, const Variables& environment);

// "shop-vHfzo8Cl-py", "shop-3gQZ2kYb": the project's name, cleaned, and a digest of a path.
std::string PoetryName(std::string_view project, std::string_view directory);
std::string PipenvName(std::string_view project, std::string_view pipfile);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_
