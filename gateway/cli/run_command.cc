// `oneoff run`: a one-off in a checkout, without any gateway.
#include <fmt/format.h>

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

namespace cli {
namespace {

release::Outcome<int> RunHere(const LocalApp& app, const std::vector<std::string>& words) {
  if (app.of_gateway) {
    return release::Refuse(
        release::kDenied,
        fmt::format(
            "this checkout belongs to {}, an app of this host's gateway; type: ssh {}@HOST {}",
            app.app.name, app.app.name, base::Escape(base::ShellJoin(words))));
  }
  const auto line = LineOf(app.app, words);
  if (!line) return tl::unexpected(line.error());
  auto process = PrepareOneOff(app, *line, CallersTerm());
  if (!process) return tl::unexpected(std::move(process.error()));
  const std::string directory = process->parts.directory;
  const auto spec = release::LocalProcessSpec::Make(authz::LocalGrant::ForCheckout(directory),
                                                    std::move(process->parts));
  if (!spec) return release::Refuse(release::kUsage, spec.error().message());
  (void)std::fputs("oneoff: local, not audited\n", stderr);
  return RunInForeground(*spec);
}

int Run(const Shared& shared, const std::vector<std::string>& words) {
  const auto app = FindLocalApp(shared, "");
  if (!app) return Tell(app.error());
  const auto status = RunHere(*app, words);
  return status ? *status : Tell(status.error());
}

}  // namespace

void AddRun(CLI::App& app, Shared& shared) {
  CLI::App* const run = app.add_subcommand(
      "run", "Run WORDS as a one-off in the checkout that this is typed in; its status is theirs");
  run->add_option("--root", shared.root, "As the same before the subcommand")->type_name("DIR");
  run->fallthrough(false);  // from the first word on, everything is the command's
  run->prefix_command();
  run->footer(
      "The environment is what `oneoff exec web` gets in the same checkout. The words are taken as "
      "the\nshell split them. Nothing is audited, and no limit but open_files holds.\n\n"
      "Examples:\n"
      "  oneoff run rake db:migrate\n"
      "  oneoff run console\n"
      "  oneoff run VERBOSE=1 rake -T\n"
      "  oneoff run php scripts/fix.php < bad.csv");
  run->callback([&shared, run] { shared.status = Run(shared, run->remaining()); });
}

}  // namespace cli
