// `oneoff run`: runs a one-off in a checkout, without a gateway; or, with --app, in an app of this
// host's gateway.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "authz/grant.h"
#include "base/text.h"
#include "gateway/cli/command.h"
#include "gateway/cli/foreground.h"
#include "gateway/cli/local_app.h"
#include "gateway/cli/local_process.h"
#include "gateway/cli/run_app.h"

namespace cli {
namespace {

struct Options {
  AppRequest request;
  bool with_terminal = false;
  bool without_terminal = false;
};

release::Outcome<int> RunHere(const LocalApp& app, const std::vector<std::string>& words) {
  if (app.of_gateway) {
    const std::string release = app.release == "current" ? "" : "+" + app.release;
    return release::Refuse(
        release::kDenied,
        fmt::format("this checkout belongs to {0}, an app of this host's gateway; type: oneoff run "
                    "--app {0}{1} {2}",
                    app.app.name, base::Escape(release, 64), base::Escape(base::ShellJoin(words))));
  }
  const auto line = LineOf(app.app, words);
  if (!line) return tl::unexpected(line.error());
  auto process = PrepareOneOff(app, *line, CallersTerm());
  if (!process) return tl::unexpected(std::move(process.error()));
  const std::string directory = process->parts.directory;
  const auto spec = release::LocalProcessSpec::Make(authz::LocalGrant::ForCheckout(directory),
                                                    std::move(process->parts));
  if (!spec) return release::Refuse(release::kUsage, spec.error().message());
  // Only on a terminal, because cron mails every line that a job prints.
  if (isatty(STDERR_FILENO) != 0) (void)std::fputs("oneoff: local, not audited\n", stderr);
  return RunInForeground(*spec);
}

int RunInCheckout(const Shared& shared, const std::vector<std::string>& words) {
  const auto app = FindLocalApp(shared, "");
  if (!app) return Tell(app.error());
  const auto status = RunHere(*app, words);
  return status ? *status : Tell(status.error());
}

int Run(const Shared& shared, Options options, std::vector<std::string> words) {
  AppRequest& request = options.request;
  if (request.target.empty()) {
    if (options.with_terminal || options.without_terminal || !request.env.empty()) {
      return Tell({release::kUsage,
                   "-t, -T and --env need --app; in a checkout the command has "
                   "this terminal, and NAME=value may stand in front of it"});
    }
    return RunInCheckout(shared, words);
  }
  if (options.with_terminal) request.terminal = AppRequest::Terminal::kAlways;
  if (options.without_terminal) request.terminal = AppRequest::Terminal::kNever;
  request.words = std::move(words);
  return RunApp(shared, request);
}

}  // namespace

void AddRun(CLI::App& app, Shared& shared) {
  CLI::App* const run = app.add_subcommand(
      "run",
      "Run WORDS as a one-off, in the current checkout or in an app of the gateway, and exit "
      "with their status");
  // Owned by the callback, and bound to the options.
  const auto options = std::make_shared<Options>();
  run->add_option("--app", options->request.target,
                  "In this app of the host's gateway, through its broker")
      ->type_name("APP[+RELEASE]");
  CLI::Option* const with = run->add_flag(
      "-t", options->with_terminal, "With a terminal (--app; else: if stdin and stdout are one)");
  run->add_flag("-T", options->without_terminal, "Without a terminal (--app)")->excludes(with);
  run->add_option(
         "--env", options->request.env,
         "A variable for the command, where the rule's accept_env names it (--app); may be "
         "repeated")
      ->allow_extra_args(false)
      ->type_name("NAME[=VALUE]");
  run->add_option("--root", shared.root, "As the same before the subcommand")->type_name("DIR");
  run->fallthrough(false);  // everything from the first word on belongs to the command
  run->prefix_command();
  run->footer(
      "In a checkout, the environment is the same as with `oneoff exec web`. Nothing is audited, "
      "and open_files is\nthe only limit.\n\n"
      "With --app it is a run as over ssh: under the policy, recorded and audited. It is for cron "
      "and deploy hooks.\n\"unix_users\" in policy.json names the person for the caller's UNIX "
      "user. Signals are passed on; if this\nprocess is killed, the run is hung up.\n\n"
      "WORDS stay as your shell split them.\n\n"
      "Examples:\n"
      "  oneoff run rake db:migrate\n"
      "  oneoff run console\n"
      "  oneoff run VERBOSE=1 rake -T\n"
      "  oneoff run php scripts/fix.php < bad.csv\n"
      "  oneoff run --app shop+latest rake db:migrate\n"
      "  oneoff run --app shop run:explain rake db:migrate\n"
      "  oneoff run --app shop console\n"
      "  oneoff run --app oneoff");
  run->callback(
      [&shared, run, options] { shared.status = Run(shared, *options, run->remaining()); });
}

}  // namespace cli
