// `oneoff env` and `oneoff explain`: print what a one-off would get, without running it.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "gateway/audit/json.h"
#include "gateway/cli/command.h"
#include "gateway/cli/local_app.h"
#include "gateway/cli/local_process.h"
#include "release/explain.h"

namespace cli {
namespace {

struct Wanted {
  std::string app;
  bool json = false;
};

void Print(const std::string& text) { (void)std::fwrite(text.data(), 1, text.size(), stdout); }

release::Outcome<LocalProcess> Prepare(const Shared& shared, const std::string& target,
                                       const std::vector<std::string>& words) {
  const auto app = FindLocalApp(shared, target);
  if (!app) return tl::unexpected(app.error());
  const auto line = LineOf(app->app, words);
  if (!line) return tl::unexpected(line.error());
  return PrepareOneOff(*app, *line, CallersTerm());
}

// The value for a shell. On a terminal without a byte that a terminal would act on: a file of the
// app may hold any.
std::string Quoted(const std::string& value, bool terminal) {
  if (!terminal || base::Escape(value, value.size()) == value) return base::ShellJoin({value});
  std::string quoted = "$'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      quoted += {'\\', c};
    } else if (c >= ' ' && c <= '~') {
      quoted += c;
    } else {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return quoted + "'";
}

int Env(const Shared& shared, const Wanted& wanted) {
  const auto process = Prepare(shared, wanted.app, {"env"});
  if (!process) return Tell(process.error());
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  std::string lines;
  audit::Json object = audit::Json::object();
  for (const release::Variable& variable : process->parts.environment) {
    // TERM belongs to this terminal, not to the app.
    if (variable.name == "TERM") continue;
    lines += fmt::format("{}={}\n", variable.name, Quoted(variable.value, terminal));
    object[variable.name] = audit::TextToJson(variable.value);
  }
  Print(wanted.json ? object.dump(2) + "\n" : lines);
  return 0;
}

int Explain(const Shared& shared, const std::string& target,
            const std::vector<std::string>& words) {
  const auto process = Prepare(shared, target, words);
  if (!process) return Tell(process.error());
  Print(release::Explain(process->snapshot, process->plan, process->parts));
  return 0;
}

}  // namespace

void AddEnv(CLI::App& app, Shared& shared) {
  CLI::App* const env = app.add_subcommand(
      "env", "Print the environment of the app's processes, values included: NAME=VALUE lines");
  const auto wanted =
      std::make_shared<Wanted>();  // owned by the callback, and bound to the options
  env->add_option("--app", wanted->app, "An app of etc/apps/; without it: the checkout")
      ->type_name("APP[+RELEASE]");
  env->add_flag("--json", wanted->json, "One JSON object");
  env->footer(
      "Values are quoted for a shell; on a terminal, one with control characters as bash's "
      "$'...'.\n"
      "In JSON, a value that is not UTF-8 is {\"b64\": ...}.\n"
      "\nExamples:\n  oneoff env\n  oneoff env --json\n  oneoff env --app shop+v41");
  env->callback([&shared, wanted] { shared.status = Env(shared, *wanted); });
}

void AddExplain(CLI::App& app, Shared& shared) {
  CLI::App* const explain = app.add_subcommand(
      "explain", "Say what `oneoff run WORDS` would run, where and as which user, and run nothing");
  const auto target = std::make_shared<std::string>();
  explain->add_option("--app", *target, "An app of etc/apps/; without it: the checkout")
      ->type_name("APP[+RELEASE]");
  explain->add_option("--root", shared.root, "As the same before the subcommand")->type_name("DIR");
  explain->fallthrough(false);
  explain->prefix_command();
  explain->footer(
      "It names each variable and its source, and shows no values. For the policy's decision, "
      "see\n`oneoff policy explain`, and run:explain over ssh.\n\n"
      "Examples:\n  oneoff explain rake db:migrate\n  oneoff explain --app shop+v41 console");
  explain->callback([&shared, target, explain] {
    shared.status = Explain(shared, *target, explain->remaining());
  });
}

}  // namespace cli
