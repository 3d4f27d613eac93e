// The answers of `ssh oneoff@host`: who am I, what may I use, which runs are live.
//
// They run in the launcher, and answer from the configuration and the registry alone; `watch` is
// the launcher's own. Each text shows only apps that a rule lets the caller use, and runs that the
// caller may see or watch.
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
  std::string certificate = {};          // as in authz::Admission
  std::vector<std::string> groups = {};  // the certificate puts the person in these

  authz::Who who() const { return {person, groups}; }
};

// Returns the text for stdout. kUsage for an unknown command; the message lists the known ones.
// `words` empty: who am I. An answer above 24 KiB is cut at a line. kLost if the registry cannot be
// read.
release::Outcome<std::string> RunServiceCommand(const std::vector<std::string>& words,
                                                const Caller& caller,
                                                const installation::Configuration& configuration,
                                                const run::Registry& registry,
                                                const base::Clock& clock);

// Lists `runs` under a heading, one run a line.
// Commands are escaped and cut to 100 characters. "Nothing runs." if there is none.
std::string RenderRuns(const std::vector<run::RunState>& runs, base::WallTime now);

// Lists the commands that `who` may run in the app. The answer to a login without a command and
// without a right to a shell. `typed` turns a rule's pattern into a command line to type.
std::string RenderMenu(const authz::Who& who, const std::string& target, const std::string& app,
                       const installation::Configuration& configuration,
                       const std::function<std::string(std::string_view)>& typed);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_SERVICE_COMMANDS_H_
