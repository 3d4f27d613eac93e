// The part of a snapshot that finds out which layers of isolation a release has: one function a
// kind, each with a .cc file of its own, and one that asks them all.
//
// They read below the release and along the PATH, so the app's user's process calls them.
#ifndef ONEOFF_RELEASE_ISOLATION_ISOLATION_SURVEY_H_
#define ONEOFF_RELEASE_ISOLATION_ISOLATION_SURVEY_H_

#include <optional>
#include <string>
#include <vector>

#include "release/app.h"
#include "release/isolation/isolation.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

struct IsolationRequest {
  const App& app;
  const std::string& directory;       // the release's real path
  const Variables& environment;       // with config and env
  std::vector<std::string> programs;  // for which the layers say how they are started
};

struct IsolationFindings {
  std::vector<IsolationLayer> layers;
  std::vector<std::string> warnings;
};

// Whatever `request.app.isolation` allows, in the order of IsolationKind. kUnusable if it demands a
// kind that the release does not have. Version managers are not among these.
Outcome<IsolationFindings> SurveyIsolation(const IsolationRequest& request);

// Each is nullopt if the release has nothing of the kind.
using FoundLayer = std::optional<IsolationLayer>;

// The release's Gemfile, or the one in the release that BUNDLE_GEMFILE names.
FoundLayer SurveyBundler(const IsolationRequest& request, std::vector<std::string>& warnings);
// A folder with pyvenv.cfg: the one that VIRTUAL_ENV names if it is no other release's, else venv,
// .venv, env or virtualenv in the release, else in the app's shared/, else the one that Poetry or
// pipenv keeps for the release elsewhere.
FoundLayer SurveyVirtualenv(const IsolationRequest& request, std::vector<std::string>& warnings);
// node_modules/.bin
FoundLayer SurveyNode(const IsolationRequest& request);
// vendor/bin beside a composer.json or vendor/autoload.php
FoundLayer SurveyComposer(const IsolationRequest& request);
// local/lib/perl5
FoundLayer SurveyCarton(const IsolationRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_SURVEY_H_
