// `oneoff exec`: becomes a long-running process of an app, in the environment that its one-offs
// get. A service's ExecStart calls it.
#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "authz/grant.h"
#include "config/paths.h"
#include "gateway/cli/command.h"
#include "gateway/cli/known_processes.h"
#include "gateway/cli/local_app.h"
#include "gateway/cli/local_process.h"
#include "release/launch.h"

namespace cli {
namespace {

struct Wanted {
  std::string app;
  std::string type;
};

// Variables with which a service manager speaks to the process that it starts (systemd.exec(5),
// "Environment variables in spawned processes"). They are about this process, not part of the app's
// environment.
constexpr auto kOfTheManager = std::to_array<const char*>(
    {"NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID",
     "INVOCATION_ID", "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY",
     "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY"});

void AddManagersVariables(std::vector<release::Variable>& environment) {
  for (const char* const name : kOfTheManager) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    if (value != nullptr) environment.push_back({name, value, "the service manager"});
  }
}

// Returns only if it fails.
release::Refusal Exec(const Shared& shared, const Wanted& wanted) {
  // A unit's instance name has room for one word only: APP:TYPE.
  const std::size_t colon = wanted.app.empty() ? wanted.type.find(':') : std::string::npos;
  const bool both = colon != std::string::npos;
  const std::string type = both ? wanted.type.substr(colon + 1) : wanted.type;
  const auto app = FindLocalApp(shared, both ? wanted.type.substr(0, colon) : wanted.app);
  if (!app) return app.error();
  auto process = PrepareProcess(*app, type);
  if (!process) return std::move(process.error());
  const auto recorded =
      RecordSelf(config::Paths::Under(shared.root), *app, process->snapshot, process->parts, type);
  if (!recorded) {
    (void)std::fprintf(stderr, "oneoff: `oneoff parity` will not know of this process: %s\n",
                       recorded.error().message().c_str());
  }
  AddManagersVariables(process->parts.environment);
  const std::string directory = process->parts.directory;
  const auto spec = release::LocalProcessSpec::Make(authz::LocalGrant::ForCheckout(directory),
                                                    std::move(process->parts));
  if (!spec) return {release::kUsage, spec.error().message()};
  // 0: the variables stay, because the app's process reads them (sd_listen_fds(3)).
  return release::Become(*spec, std::max(sd_listen_fds(/*unset_environment=*/0), 0));
}

}  // namespace

void AddExec(CLI::App& app, Shared& shared) {
  CLI::App* const exec = app.add_subcommand(
      "exec",
      "Become the app's long-running process TYPE, with the same pid, as a service needs it");
  const auto wanted =
      std::make_shared<Wanted>();  // owned by the callback, and bound to the options
  exec->add_option("type", wanted->type,
                   "A process of the Procfile, or a name of the app's commands")
      ->required()
      ->type_name("TYPE");
  exec->add_option("--app", wanted->app,
                   "An app of etc/apps/, as its user; without it: the checkout")
      ->type_name("APP[+RELEASE]");
  exec->footer(
      "Root becomes the app's user; every other caller has to be that user. Sockets and variables "
      "of a\nservice manager (LISTEN_FDS, NOTIFY_SOCKET) go to the process.\n\n"
      "Examples:\n"
      "  oneoff exec web\n"
      "  oneoff exec --app shop web\n"
      "  oneoff exec shop:web\n"
      "  oneoff exec --app shop+v41 worker");
  exec->callback([&shared, wanted] { shared.status = Tell(Exec(shared, *wanted)); });
}

}  // namespace cli
