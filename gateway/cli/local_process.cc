#include "gateway/cli/local_process.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "gateway/launcher/resolver.h"
#include "release/environment.h"

namespace cli {
namespace {

using release::Outcome;
using release::Refuse;

Outcome<launcher::Resolved> Resolve(const LocalApp& app, const std::vector<std::string>& words) {
  return launcher::Resolve(app.app, app.account,
                           {.release = app.release, .programs = release::ProgramsOf(words)});
}

// The umask that the service manager gave this process, which becomes the app's process.
release::FoundUmask OwnUmask() {
  const mode_t mask = umask(0);
  umask(mask);
  return {static_cast<unsigned>(mask), "its service has it"};
}

Outcome<LocalProcess> Describe(const LocalApp& app, LocalProcess process,
                               const release::ClientVariables& client) {
  release::EnvironmentRequest wanted{.app = app.app,
                                     .account = app.account,
                                     .snapshot = process.snapshot,
                                     .client = client,
                                     .accept_env = {},
                                     .run_id = ""};
  // On this host no rule of a policy limits the typed variables. Variables that no client may set
  // are still refused.
  for (const release::Assignment& typed : client.typed) wanted.accept_env.push_back(typed.name);
  auto environment = release::BuildEnvironment(wanted);
  if (!environment) {
    return Refuse(release::kDenied,
                  "a variable in front of a command must not change which programs "
                  "are found or loaded; the app's own config may set it");
  }
  process.parts = release::Describe(wanted, process.plan, std::move(*environment));
  // No supervisor enforces time limits here.
  process.parts.time_limit = process.parts.idle_limit = {};
  return process;
}

}  // namespace

Outcome<release::CommandLine> LineOf(const release::App& app,
                                     const std::vector<std::string>& words) {
  auto line = release::ParseCommandLine(release::Retyped(words));
  if (line && line->bare()) {
    if (app.default_command.empty()) return Refuse(release::kUsage, "say what to run");
    line = release::ParseCommandLine(app.default_command);
  }
  if (line && line->needs_shell) return tl::unexpected(release::RefuseShell(*line->needs_shell));
  return line;
}

Outcome<LocalProcess> PrepareOneOff(const LocalApp& app, const release::CommandLine& line,
                                    const std::string& term) {
  LocalProcess process;
  auto resolved = Resolve(app, line.words);
  if (!resolved) return tl::unexpected(std::move(resolved.error()));
  process.snapshot = std::move(resolved->snapshot);
  process.lease = std::move(resolved->lease);
  if (app.umask) process.snapshot.umask = app.umask;
  auto plan = release::MakePlan(app.app, process.snapshot, line.words);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  process.plan = std::move(*plan);
  if (process.plan.needs_pty && term.empty()) {
    return Refuse(release::kUsage, fmt::format("{} needs a terminal", process.plan.label));
  }
  return Describe(app, std::move(process), {.sent = {}, .typed = line.assignments, .term = term});
}

Outcome<LocalProcess> PrepareProcess(const LocalApp& app, const std::string& type) {
  LocalProcess process;
  auto resolved = Resolve(app, {type});
  if (!resolved) return tl::unexpected(std::move(resolved.error()));
  process.snapshot = std::move(resolved->snapshot);
  process.snapshot.umask = OwnUmask();
  auto plan = release::MakeProcessPlan(app.app, process.snapshot, type);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  process.plan = std::move(*plan);
  return Describe(app, std::move(process), {});
}

std::string CallersTerm() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return {};
  const char* const term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread
  return term != nullptr && *term != '\0' ? term : "dumb";
}

}  // namespace cli
