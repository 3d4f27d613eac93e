// Doctor: checks whether an app's commands can run here, and says what to do if not. It changes
// nothing. Of a variable it prints only the name.
#ifndef ONEOFF_GATEWAY_CLI_DOCTOR_H_
#define ONEOFF_GATEWAY_CLI_DOCTOR_H_

#include <string>
#include <vector>

#include "config/paths.h"
#include "gateway/cli/local_app.h"

namespace cli {

// `says` and `cure` are sentences for a person, escaped where they quote files.
struct Finding {
  enum class State {
    kGood,
    kNote,  // may be intended
    kBad,
  };
  State state = State::kGood;
  std::string app;    // empty: about the host
  std::string about;  // "user", "release", "config", "database", ...
  std::string says;
  std::string cure;  // what to do; for kNote and kBad
};
using Findings = std::vector<Finding>;

// Examines the clock and the kernel; in an installation also its app files and the free disk space
// for its files.
// Less than 256 MiB of free space is bad.
void ExamineHost(const config::Paths& paths, Findings& findings);

// Examines user, release, config, interpreters, and the services that the config's URLs name.
// Blocks for half a minute at most.
// As root or as the app's user. Any other user learns which user the app has, and no more. At most
// four URLs are tried, each in a process of the app's user for six seconds at most.
void ExamineApp(const LocalApp& app, Findings& findings);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_DOCTOR_H_
