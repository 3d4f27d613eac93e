// The part of a snapshot that finds the interpreters which a release's version files name, where
// version managers of the app's user keep them.
#ifndef ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_
#define ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_

#include <string>
#include <vector>

#include "release/app.h"
#include "release/isolation/isolation.h"
#include "release/refusal.h"

namespace release {

struct VersionsRequest {
  const App& app;                // its `env` may say where a manager is: RBENV_ROOT and the like
  const std::string& directory;  // the release's real path
  const std::string& home;       // of the app's user
};

// A version that is named and not installed, though its manager is there.
struct MissingVersion {
  std::string tool;     // "ruby"
  std::string message;  // which file names it, and where it was looked for
  std::string version;  // as named
};

struct VersionsFindings {
  std::vector<IsolationLayer> layers;  // of kind kVersions
  std::vector<MissingVersion> missing;
  std::vector<std::string> warnings;
  // Interpreters that are not, or may not be, the ones that a file names.
  std::vector<MissingVersion> foreign;
};

// Looks at mise.toml and its like, .ruby-version, .nvmrc, .node-version, .python-version,
// .tool-versions and package.json in the release, and at mise's own configuration below the home,
// as the app's user. Nothing, if the app's `isolation` does not allow it.
VersionsFindings SurveyVersions(const VersionsRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_VERSIONS_SURVEY_H_
