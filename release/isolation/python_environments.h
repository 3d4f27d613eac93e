// Finds the environment that Poetry or pipenv keeps for a project outside the project's folder, by
// the tool's own rules for its name. It runs neither tool.
#ifndef ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_
#define ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_

#include <string>
#include <string_view>

#include "release/variable.h"

namespace release {

struct ToolsEnvironment {
  std::string tool;    // "Poetry", "pipenv"; empty: the project uses neither
  std::string file;    // the file by which the tool was recognised
  std::string folder;  // its virtualenv; empty: there is none
  std::string sought;  // where it would be: a folder and the start of a name
};

// Reads in `directory`, the project's real path, and in the folders that `environment` names for
// environments (HOME, WORKON_HOME, POETRY_VIRTUALENVS_PATH and others). The app's user's process
// calls it.
ToolsEnvironment FindToolsEnvironment(const std::string& directory, const Variables& environment);

// "shop-vHfzo8Cl-py", "shop-3gQZ2kYb": the project's name, cleaned and cut after 42 bytes, and 8
// characters of a path's SHA-256 digest in URL-safe base64. Poetry appends Python's version
// ("3.11"). As EnvManager.generate_env_name of Poetry and Project.get_name_hash of pipenv.
std::string PoetryName(std::string_view project, std::string_view directory);
std::string PipenvName(std::string_view project, std::string_view pipfile);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_PYTHON_ENVIRONMENTS_H_
