#include "gateway/cli/configuration_report.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "gateway/broker/host_keys.h"
#include "gateway/installation/local_account.h"
#include "gateway/installation/store.h"
#include "gateway/launcher/resolver.h"
#include "release/command/login_shell.h"

namespace cli {
namespace {

std::string Count(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

bool HasAccount(const std::string& name) {
  return getpwnam(name.c_str()) != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
}

bool IsThere(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 || errno != ENOENT;
}

}  // namespace

void CheckAccounts(const installation::Configuration& configuration, config::Problems& problems) {
  installation::CheckAppsUsers(configuration, config::Severity::kError, problems);
  const authz::Policy& policy = configuration.policy;
  for (const auto& [account, user] : policy.unix_users()) {
    if (HasAccount(account)) continue;
    config::Warn(problems, policy.file(), user.line,
                 fmt::format("unix_users: this host has no account {}", base::Quote(account, 64)));
  }
}

void CheckHost(const config::Paths& paths, const installation::Configuration& configuration,
               config::Problems& problems) {
  const std::string& gateway_user = configuration.settings.gateway_user;
  if (geteuid() == 0 && !HasAccount(gateway_user)) {  // only root changes to that user
    config::Warn(
        problems, paths.etc + "/gateway.json", 0,
        fmt::format("gateway_user: this host has no account {}, so the gateway does not start",
                    base::Quote(gateway_user, 64)));
  }
  broker::CheckHostKeys(paths.etc, problems);
  for (const auto& [name, app] : configuration.apps) {
    if (!app.user.empty() && !HasAccount(app.user)) {
      config::Warn(problems, app.file, 0,
                   fmt::format("user: this host has no account {}", base::Quote(app.user, 64)));
    }
    if (!app.shell.empty() && !release::IsExecutable(app.shell)) {
      config::Warn(problems, app.file, 0,
                   fmt::format("shell: {} cannot be executed", base::Quote(app.shell, 200)));
    }
    if (!IsThere(app.root)) {
      config::Warn(problems, app.file, 0,
                   fmt::format("root: there is no {}", base::Quote(app.root, 200)));
    }
  }
}

void CheckDialects(const installation::Configuration& configuration, config::Problems& problems) {
  for (const auto& [name, app] : configuration.apps) {
    const auto account = release::FindAccount(app);
    if (!account || (geteuid() != 0 && geteuid() != account->uid)) continue;
    const auto resolved =
        launcher::Resolve(app, *account, {.release = "current", .programs = {}, .loader = false});
    if (!resolved) continue;
    for (const std::string& difference : resolved->snapshot.differences) {
      config::Warn(problems, app.file, 0, base::Escape(difference, 1000));
    }
  }
}

bool IsInstalled(const config::Paths& paths) {
  if (IsThere(paths.etc)) return true;
  (void)std::fprintf(stderr,
                     "oneoff: there is no %s; an installation elsewhere is named before the "
                     "subcommand: oneoff --root DIR ...\n",
                     paths.etc.c_str());
  return false;
}

std::string SayLastGood(const config::Paths& paths) {
  const auto store = installation::Store::Open(paths.lib);
  if (!store && store.error().code() == base::Code::kNotFound) {
    return "there is no good configuration from before: the service does not start";
  }
  if (!store) return "only root can see what is in force: " + store.error().message();
  const auto digest = store->Good();
  if (!digest || !*digest || !store->Read(**digest)) {
    return fmt::format(
        "there is no good configuration from before in {}: the service does not "
        "start again",
        store->PathOf(""));
  }
  return fmt::format(
      "in force until they are corrected: the last good configuration, {}, without "
      "what these files take away; where an app's or a person's file alone has "
      "errors, that file as it was before",
      store->PathOf((*digest)->substr(0, 12)));
}

std::string WhyNoLastGood(const config::Paths& paths) {
  if (!IsThere(paths.lib + "/configurations")) return "";
  const auto store = installation::Store::Open(paths.lib);
  if (!store) return store.error().message();
  const auto digest = store->Good();
  if (!digest) return digest.error().message();
  if (!*digest) return store->PathOf("good") + ": is missing";
  const auto files = store->Read(**digest);
  return files ? "" : files.error().message();
}

void PrintProblems(const config::Problems& problems) {
  if (problems.empty()) return;
  std::string text;
  for (const config::Problem& problem : problems) text += problem.Render() + "\n";
  const auto errors = static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(),
      [](const config::Problem& problem) { return problem.severity == config::Severity::kError; }));
  const std::size_t warnings = problems.size() - errors;
  std::string counts;
  if (errors != 0) counts = Count(errors, "error");
  if (warnings != 0) counts += (counts.empty() ? "" : ", ") + Count(warnings, "warning");
  text += fmt::format("oneoff: {}\n", counts);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace cli
