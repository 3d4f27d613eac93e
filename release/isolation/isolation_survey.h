// The part of a snapshot that finds a release's layers of isolation: one function per kind, each
// with its own .cc file, and one that calls them all.
//
// They read below the release and in the PATH: the app's user's process calls them. They run no
// program of the release: names, file types and fixed words in scripts decide.
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
  const Variables& environment;       // with the variables of `config` and `env`
  std::vector<std::string> programs;  // programs for which the layers say how they are started
};

struct IsolationFindings {
  std::vector<IsolationLayer> layers;
  std::vector<std::string> warnings;
};

// The layers that `request.app.isolation` allows, in the order of IsolationKind. kUnusable if it
// demands a kind that the release does not have. Version managers are not among these.
Outcome<IsolationFindings> SurveyIsolation(const IsolationRequest& request);

// nullopt: the release has no layer of the kind.
using FoundLayer = std::optional<IsolationLayer>;

// The release's Gemfile, or the one that BUNDLE_GEMFILE names if it lies in the release. A program
// of the bundle starts as `bundle exec PROGRAM`, or as bin/PROGRAM if that script loads Bundler
// itself. Without a Gemfile.lock only rake and rails are known to be the bundle's: a warning.
FoundLayer SurveyBundler(const IsolationRequest& request, std::vector<std::string>& warnings);
// A folder with pyvenv.cfg. Tried in this order: VIRTUAL_ENV, if it is not in another release;
// venv, .venv, env or virtualenv in the release; the same in the app's shared/; the environment
// that Poetry or pipenv keeps for the release elsewhere. One without a bin/python that can be run
// is a layer all the same, with a warning: its programs are refused.
FoundLayer SurveyVirtualenv(const IsolationRequest& request, std::vector<std::string>& warnings);
// node_modules/.bin
FoundLayer SurveyNode(const IsolationRequest& request);
// vendor/bin beside a composer.json or vendor/autoload.php
FoundLayer SurveyComposer(const IsolationRequest& request);
// local/lib/perl5
FoundLayer SurveyCarton(const IsolationRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_SURVEY_H_
