#include <cstdio>
#include <string>

#include "config/gateway_settings.h"
#include "config/paths.h"
#include "gateway/cli/command.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/installation/configuration.h"
#include "release/refusal.h"

namespace cli {
namespace {

int Check(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  if (!IsInstalled(paths)) return release::kConfiguration;
  config::Problems problems;
  const auto configuration = installation::LoadConfiguration(paths, problems);
  if (configuration) CheckAccounts(configuration->policy, problems);
  if (configuration) CheckHost(paths, *configuration, problems);
  PrintProblems(problems);
  if (!configuration) return release::kConfiguration;
  std::printf("%s: in order (people: %zu, keys: %zu, apps: %zu, rules: %zu)\n", paths.etc.c_str(),
              configuration->people.names().size(), configuration->people.key_count(),
              configuration->apps.size(), configuration->policy.rules().size());
  return 0;
}

int Show(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  config::Problems problems;
  const auto configuration = installation::LoadConfiguration(paths, problems);
  if (!configuration) {
    PrintProblems(problems);
    return release::kConfiguration;
  }
  std::printf("// %s/gateway.json, with what it does not name at its default\n%s",
              paths.etc.c_str(), config::FormatGatewaySettings(configuration->settings).c_str());
  return 0;
}

}  // namespace

void AddConfig(CLI::App& app, Shared& shared) {
  CLI::App* const config = app.add_subcommand("config", "Judge and show the configuration");
  config->require_subcommand(1);
  CLI::App* const check = config->add_subcommand(
      "check", "Report every error of every file at once; 0: none, 78: some");
  check->footer("Examples:\n  oneoff config check\n  oneoff --root /tmp/try config check");
  check->callback([&shared] { shared.status = Check(shared); });
  CLI::App* const show =
      config->add_subcommand("show", "Print gateway.json as it takes effect, defaults included");
  show->footer("Examples:\n  oneoff config show\n  oneoff --root /tmp/try config show");
  show->callback([&shared] { shared.status = Show(shared); });
}

}  // namespace cli
