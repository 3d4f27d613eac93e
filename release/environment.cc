#include "release/environment.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

// Replaces "~/" at the start by the account's home.
std::string Expand(const std::string& folder, const Account& account) {
  if (folder == "~") return account.home;
  return folder.starts_with("~/") ? account.home + folder.substr(1) : folder;
}

}  // namespace

Variables BaseEnvironment(const App& app, const Account& account,
                          const std::vector<IsolationLayer>& versions) {
  constexpr const char* kSource = "base";
  std::string path;
  for (const std::string& folder : app.path) path += Expand(folder, account) + ":";
  std::string source = app.path.empty() ? kSource : "base, with path of " + app.file;
  for (const IsolationLayer& layer : versions) {
    for (const std::string& folder : layer.path) path += folder + ":";
  }
  if (!versions.empty()) source += ", with isolation (versions)";
  path += kBasePath;
  Variables environment;
  environment.Set("PATH", std::move(path), std::move(source));
  environment.Set("HOME", account.home, kSource);
  environment.Set("USER", account.name, kSource);
  environment.Set("LOGNAME", account.name, kSource);
  environment.Set("SHELL", account.shell,
                  account.why_shell.empty() ? kSource : "base: " + account.why_shell);
  environment.Set("LANG", "C.UTF-8", kSource);
  // The host's time zone. getenv(3) is safe here: no thread changes the environment.
  if (const char* zone = std::getenv("TZ")) {  // NOLINT(concurrency-mt-unsafe)
    environment.Set("TZ", zone, kSource);
  }
  for (const IsolationLayer& layer : versions) {
    for (const Variable& variable : layer.variables) {
      environment.Set(variable.name, variable.value, variable.source);
    }
  }
  return environment;
}

void AddConfig(const App& app, const std::vector<Variable>& config, Variables& environment) {
  for (const Variable& variable : config) environment.Apply(variable);
  for (const auto& [name, value] : app.env) environment.Set(name, value, "env of " + app.file);
}

Outcome<Variables> BuildEnvironment(const EnvironmentRequest& request) {
  constexpr const char* kOneoff = "oneoff";
  Variables environment = BaseEnvironment(request.app, request.account, request.snapshot.versions);
  AddConfig(request.app, request.snapshot.config, environment);
  IsolateEnvironment(request.snapshot.isolation, environment);
  environment.Set("ONEOFF_APP", request.app.name, kOneoff);
  environment.Set("ONEOFF_RELEASE", request.snapshot.release, kOneoff);
  // The config may be a copy of a one-off's environment and name an old run.
  environment.Unset("ONEOFF_RUN");
  if (!request.run_id.empty()) environment.Set("ONEOFF_RUN", request.run_id, kOneoff);
  environment.Unset("ONEOFF_PERSON");
  if (!request.person.empty()) environment.Set("ONEOFF_PERSON", request.person, kOneoff);
  // Last, so that the rule decides what a client may override.
  auto added = AddClientVariables(request.client, request.accept_env, environment);
  if (!added) return tl::unexpected(std::move(added.error()));
  for (const Variable& variable : environment.all()) {
    if (FitsEnvironment(variable.name, variable.value)) continue;
    return Refuse(kConfiguration,
                  fmt::format("{}: {} ({}): {}", request.app.name, base::Escape(variable.name, 100),
                              variable.source, WhyNotInEnvironment()));
  }
  return environment;
}

}  // namespace release
