// Doctor: looks whether commands of an app can run here, and says what to do where they cannot. It
// changes nothing, and tells nothing of a variable but its name.
#ifndef ONEOFF_GATEWAY_CLI_DOCTOR_H_
#define ONEOFF_GATEWAY_CLI_DOCTOR_H_

#include <string>
#include <vector>

#include "config/paths.h"
#include "gateway/cli/local_app.h"

namespace cli {

struct Finding {
  enum class State {
    kGood,
    kNote,  // may be meant so
    kBad,
  };
  State state = State::kGood;
  std::string app;    // empty: of the host
  std::string about;  // "user", "release", "config", "database", ...
  std::string says;
  std::string cure;  // of what is not good
};
using Findings = std::vector<Finding>;

// The clock; and, of an installation, its app files and the room where its files are.
void ExamineHost(const config::Paths& paths, Findings& findings);

// User, release, config, interpreters, and what the config's URLs lead to. Blocks for half a minute
// at most.
void ExamineApp(const LocalApp& app, Findings& findings);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_DOCTOR_H_
