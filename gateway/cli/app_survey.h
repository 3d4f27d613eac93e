// AppSurvey: what `oneoff apps add` finds out about a folder before anybody has written anything
// about it.
#ifndef ONEOFF_GATEWAY_CLI_APP_SURVEY_H_
#define ONEOFF_GATEWAY_CLI_APP_SURVEY_H_

#include <string>
#include <vector>

#include "release/refusal.h"

namespace cli {

struct AppQuestion {
  std::string folder;  // as typed
  std::string name;    // empty: the folder's
  std::string user;    // empty: whom the checkout belongs to
};

struct AppSurvey {
  std::string name;
  std::string text;                // of etc/apps/NAME.json
  std::vector<std::string> found;  // "layout: capistrano: there is /srv/shop/releases"
};

// kUsage for a folder that is none, or a name that is no app's; kConfiguration where its user
// cannot be told. What is found of the release itself is read as that user.
release::Outcome<AppSurvey> SurveyApp(const AppQuestion& question);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_APP_SURVEY_H_
