// The part of a survey that finds out how a release's bundle is to be used.
#ifndef ONEOFF_RELEASE_BUNDLE_SURVEY_H_
#define ONEOFF_RELEASE_BUNDLE_SURVEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/app.h"
#include "release/isolation.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

struct BundleRequest {
  const App& app;
  const std::string& directory;  // the release's real path
  const Variables& environment;  // with config and env, for PATH and BUNDLE_GEMFILE
  std::vector<std::string> programs;
};

struct BundleFindings {
  Bundler bundler;
  bool rails = false;
  std::vector<std::string> warnings;
};

// Reads below the release and along the PATH: the app's user's process does this. kUnusable if the
// app file demands Bundler and there is no Gemfile.
Outcome<BundleFindings> SurveyBundle(const BundleRequest& request);

// The first program `name` along `path` (colon-separated; only absolute folders count); empty if
// there is none.
std::string FindProgram(std::string_view path, std::string_view name);

}  // namespace release

#endif  // ONEOFF_RELEASE_BUNDLE_SURVEY_H_
