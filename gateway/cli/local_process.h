// LocalProcess: a command on the host itself, up to its start: surveyed, planned and given its
// environment by the same code as a run of the gateway.
#ifndef ONEOFF_GATEWAY_CLI_LOCAL_PROCESS_H_
#define ONEOFF_GATEWAY_CLI_LOCAL_PROCESS_H_

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "gateway/cli/local_app.h"
#include "release/command/command_line.h"
#include "release/plan.h"
#include "release/process_spec.h"
#include "release/release_snapshot.h"

namespace cli {

struct LocalProcess {
  release::ReleaseSnapshot snapshot;
  release::Plan plan;
  release::ProcessParts parts;
  base::UniqueFd lease;  // of a one-off: its release is not cleaned up while this lives
};

// What `words`, split by the caller's shell, stand for. Without words: the app's default command.
release::Outcome<release::CommandLine> LineOf(const release::App& app,
                                              const std::vector<std::string>& words);

// The one-off that was typed. `term` is the caller's terminal's; empty: none.
release::Outcome<LocalProcess> PrepareOneOff(const LocalApp& app, const release::CommandLine& line,
                                             const std::string& term);

// The long-running process `type`, as its service starts it.
release::Outcome<LocalProcess> PrepareProcess(const LocalApp& app, const std::string& type);

// The caller's TERM if this process's stdin and stdout are a terminal; else empty.
std::string CallersTerm();

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOCAL_PROCESS_H_
