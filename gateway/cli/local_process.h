// LocalProcess: a command on this host, prepared for its start. The same code as for a run of the
// gateway makes its snapshot, plan and environment.
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
  base::UniqueFd lease;  // of a one-off: keeps its release from clean-up
};

// The command that `words`, split by the caller's shell, stand for. Without words: the app's
// default command.
// kUsage without words and without a default command; the refusal of a shell if one is needed.
release::Outcome<release::CommandLine> LineOf(const release::App& app,
                                              const std::vector<std::string>& words);

// Prepares the one-off. `term` is the TERM of the caller's terminal; empty without one.
// kUsage if the command needs a terminal and `term` is empty; kDenied for a typed variable that
// changes which programs are found. There are no time limits, because no supervisor enforces them.
release::Outcome<LocalProcess> PrepareOneOff(const LocalApp& app, const release::CommandLine& line,
                                             const std::string& term);

// Prepares the long-running process `type`, as its service starts it.
// Its umask is this process's own.
release::Outcome<LocalProcess> PrepareProcess(const LocalApp& app, const std::string& type);

// The caller's TERM if stdin and stdout are a terminal; else empty.
std::string CallersTerm();

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOCAL_PROCESS_H_
