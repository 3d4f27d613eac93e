// The part of a snapshot that finds the interpreters which a release's version files name, in the
// version managers of the app's user.
#ifndef ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_
#define ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_

#include <string>
#include <vector>

#include "release/app.h"
#include "release/isolation/isolation.h"
#include "release/refusal.h"

namespace release {

struct VersionsRequest {
  const App& app;                // its `env` may name a manager's root: RBENV_ROOT and others
  const std::string& directory;  // the release's real path
  const std::string& home;       // the home of the app's user
};

// A version that a file names and its manager does not have.
struct MissingVersion {
  std::string tool;     // "ruby"
  std::string message;  // the file that names it, and where it was searched
  std::string version;  // as the file names it
};

// Its texts hold names of files and of installed versions: escape them before they are printed.
struct VersionsFindings {
  std::vector<IsolationLayer> layers;  // of kind kVersions
  std::vector<MissingVersion> missing;
  std::vector<std::string> warnings;
  // Interpreters that are not, or may not be, the version that a file names.
  std::vector<MissingVersion> foreign;
};

// Reads mise.toml and mise's other files, .ruby-version, .nvmrc, .node-version, .python-version,
// .tool-versions and package.json in the release, and mise's configuration below the home, as the
// app's user. Empty if the app's `isolation` does not allow it. For each tool the first file counts
// whose version a manager has; the version "system" means the PATH's program. Asks no manager and
// installs nothing. A release's file over 64 KiB is a warning and counts as empty.
VersionsFindings SurveyVersions(const VersionsRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_
