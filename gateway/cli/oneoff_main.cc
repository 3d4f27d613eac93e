// oneoff: the command for the operator of the gateway, and for people who work in a checkout.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "gateway/cli/apps_command.h"
#include "gateway/cli/command.h"
#include "gateway/cli/recording_commands.h"

int main(int argc, char** argv) {
  try {
    CLI::App app("oneoff: one-off admin processes of apps, over ssh, on the record.", "oneoff");
    cli::Shared shared;
    app.add_option("--root", shared.root,
                   "work with the installation below DIR instead of the system's")
        ->type_name("DIR");
    app.set_version_flag("--version", std::string("oneoff ") + ONEOFF_VERSION);
    app.require_subcommand(1);
    app.fallthrough();  // --root may also stand after the subcommand
    cli::AddServe(app, shared);
    cli::AddDrain(app, shared);
    cli::AddRun(app, shared);
    cli::AddExec(app, shared);
    cli::AddEnv(app, shared);
    cli::AddParity(app, shared);
    cli::AddApps(app, shared);
    cli::AddExplain(app, shared);
    cli::AddDoctor(app, shared);
    cli::AddPolicy(app, shared);
    cli::AddConfig(app, shared);
    cli::AddAudit(app, shared);
    cli::AddRecordings(app, shared);
    cli::AddReplay(app, shared);
    app.footer(
        "Examples:\n"
        "  oneoff serve --root /srv/try\n"
        "  oneoff config check\n"
        "  oneoff run rake db:migrate\n"
        "  oneoff policy explain alice shop rake db:migrate\n"
        "  oneoff audit show --app shop\n"
        "  oneoff replay last --speed 4");
    try {
      std::vector<std::string> arguments =
          cli::WithoutSeparator(std::vector<std::string>(argv + 1, argv + argc));
      std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them in reverse
      app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      const int status = app.exit(error);
      return status == 0 ? 0 : 64;
    }
    return shared.status;
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "oneoff: %s\n", error.what());
    return 70;
  }
}
