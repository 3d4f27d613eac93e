#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"
#include "config/paths.h"
#include "gateway/cli/broker_socket.h"
#include "gateway/cli/command.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/installation/configuration.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"
#include "release/refusal.h"

namespace cli {
namespace {

constexpr std::size_t kMaxAnswer = 64UL * 1024;  // bytes

int Check(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  if (!IsInstalled(paths)) return release::kConfiguration;
  config::Problems problems;
  const auto configuration = installation::LoadConfiguration(paths, problems);
  if (configuration) CheckAccounts(*configuration, problems);
  if (configuration) CheckHost(paths, *configuration, problems);
  if (configuration) CheckDialects(*configuration, problems);
  PrintProblems(problems);
  if (!configuration) {
    (void)std::fprintf(stderr, "oneoff: %s\n", SayLastGood(paths).c_str());
    return release::kConfiguration;
  }
  if (config::HasErrors(problems)) return release::kConfiguration;
  std::printf("%s: in order (people: %zu, keys: %zu, apps: %zu, rules: %zu)\n", paths.etc.c_str(),
              configuration->people.names().size(), configuration->people.key_count(),
              configuration->apps.size(), configuration->policy.rules().size());
  return 0;
}

int Complain(const std::string& message) {
  (void)std::fprintf(stderr, "oneoff: reload: %s\n", message.c_str());
  return 1;
}

int Reload(const Shared& shared) {
  const auto broker = ConnectToBroker(config::Paths::Under(shared.root), "broker.socket");
  if (!broker) return Complain("the broker does not answer: " + broker.error().message());
  auto pipe = base::MakePipe();
  if (!pipe) return Complain(pipe.error().message());
  if (auto sent = wire::Send(broker->get(), wire::Reload{fmt::format("user {}", geteuid())},
                             {pipe->second.get()});
      !sent) {
    return Complain(sent.error().message());
  }
  pipe->second.Reset();
  std::string answer;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  while (answer.size() < kMaxAnswer &&
         (n = read(pipe->first.get(), buffer.data(), buffer.size())) > 0) {
    answer.append(buffer.data(), static_cast<std::size_t>(n));
  }
  if (answer.empty()) return Complain("the broker refused, or was lost; its log says more");
  const bool whole = answer[0] == '+';
  std::FILE* const stream = whole ? stdout : stderr;
  const std::string_view text = base::Trim(std::string_view(answer).substr(1));
  for (const std::string_view line : base::Split(text, '\n')) {
    (void)std::fprintf(stream, "%s\n", base::Escape(line, kMaxAnswer).c_str());
  }
  return whole ? 0 : release::kConfiguration;
}

int Show(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  config::Problems problems;
  const auto configuration = installation::LoadConfiguration(paths, problems);
  if (!configuration) {
    PrintProblems(problems);
    return release::kConfiguration;
  }
  std::printf("// %s/gateway.json, with the defaults of absent keys\n%s", paths.etc.c_str(),
              config::FormatGatewaySettings(configuration->settings).c_str());
  return 0;
}

}  // namespace

void AddConfig(CLI::App& app, Shared& shared) {
  CLI::App* const config = app.add_subcommand("config", "Check, reload and show the configuration");
  config->require_subcommand(1);
  CLI::App* const check = config->add_subcommand(
      "check", "Report every error of every file at once; 0: none, 78: some");
  check->footer("Examples:\n  oneoff config check\n  oneoff --root /tmp/try config check");
  check->callback([&shared] { shared.status = Check(shared); });
  CLI::App* const reload = config->add_subcommand(
      "reload",
      "Make the gateway read it again, and say what is in force; 0: all of it, 78: it has errors");
  reload->footer("Example:\n  systemctl reload oneoff-broker");
  reload->callback([&shared] { shared.status = Reload(shared); });
  CLI::App* const show =
      config->add_subcommand("show", "Print gateway.json as it takes effect, defaults included");
  show->footer("Examples:\n  oneoff config show\n  oneoff --root /tmp/try config show");
  show->callback([&shared] { shared.status = Show(shared); });
}

}  // namespace cli
