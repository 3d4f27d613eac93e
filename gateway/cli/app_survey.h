// AppSurvey: what `oneoff apps add` finds out about a folder that has no app file yet.
#ifndef ONEOFF_GATEWAY_CLI_APP_SURVEY_H_
#define ONEOFF_GATEWAY_CLI_APP_SURVEY_H_

#include <string>
#include <vector>

#include "release/refusal.h"

namespace cli {

struct AppQuestion {
  std::string folder;  // as typed
  std::string name;    // empty: the folder's name
  std::string user;    // empty: the checkout's owner
};

struct AppSurvey {
  std::string name;
  std::string text;                // the content of etc/apps/NAME.json
  std::vector<std::string> found;  // "layout: capistrano: there is /srv/shop/releases"
};

// Surveys the folder. It reads the release's files as the app's user. kUsage if the folder is no
// folder or the name no app's name; kConfiguration if the app's user cannot be determined.
// It writes nothing. A release that cannot be read is a line in `found`, not an error. Blocks for
// the resolver's process, 10 seconds at most, a few times.
release::Outcome<AppSurvey> SurveyApp(const AppQuestion& question);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_APP_SURVEY_H_
