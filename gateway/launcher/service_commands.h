// What `ssh oneoff@host` answers: who am I, what may I use, what runs.
#ifndef ONEOFF_GATEWAY_LAUNCHER_SERVICE_COMMANDS_H_
#define ONEOFF_GATEWAY_LAUNCHER_SERVICE_COMMANDS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/installation/configuration.h"
#include "gateway/run/registry.h"
#include "release/refusal.h"

namespace launcher {

struct Caller {
  std::string person;
  std::string fingerprint;
  std::string address;
  std::string certificate = {};          // authz::Admission's
  std::vector<std::string> groups = {};  // that it puts the person in

  authz::Who who() const { return {person, groups}; }
};

// The text for stdout. kUsage for a command that is none, naming those there are.
release::Outcome<std::string> RunServiceCommand(const std::vector<std::string>& words,
                                                const Caller& caller,
                                                const installation::Configuration& configuration,
                                                const run::Registry& registry,
                                                const base::Clock& clock);

// The live runs of the apps that `person` may use, one a line under a heading.
std::string RenderRuns(const std::vector<run::RunState>& runs, base::WallTime now);

// What `who` may type to the app: for a bare login without a shell. `typed` makes the line that is
// typed of a pattern.
std::string RenderMenu(const authz::Who& who, const std::string& target, const std::string& app,
                       const installation::Configuration& configuration,
                       const std::function<std::string(std::string_view)>& typed);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_SERVICE_COMMANDS_H_
