#include "gateway/cli/apps_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/audit/json.h"
#include "gateway/cli/app_survey.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/cli/local_app.h"
#include "gateway/installation/configuration.h"
#include "gateway/launcher/resolver.h"

namespace cli {
namespace {

struct Wanted {
  AppQuestion question;
  bool dry_run = false;
  bool json = false;
};

void Print(const std::string& text) { (void)std::fwrite(text.data(), 1, text.size(), stdout); }

release::Refusal Unwritten(const std::string& file) {
  const int number = errno;
  if (number == EEXIST) {
    return {release::kUsage, fmt::format("{} exists already and is not overwritten", file)};
  }
  return {release::kConfiguration, base::Error::System(file, number).message()};
}

// Writes the file in one step, because the broker may be reading the folder. link(2) never replaces
// an existing file.
release::Outcome<std::string> WriteNew(const config::Paths& paths, const AppSurvey& snapshot) {
  const std::string folder = paths.etc + "/apps";
  const std::string file = fmt::format("{}/{}.json", folder, snapshot.name);
  if (auto made = base::MakeDirectories(folder, 0755); !made) {
    return release::Refuse(release::kConfiguration, made.error().message());
  }
  const std::string fresh = fmt::format("{}/.{}.{}", folder, snapshot.name, getpid());
  base::UniqueFd out(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!out) return tl::unexpected(Unwritten(fresh));
  const bool written = base::WriteAll(out.get(), snapshot.text) && fsync(out.get()) == 0;
  const bool linked = written && link(fresh.c_str(), file.c_str()) == 0;
  auto refusal = linked ? release::Refusal{} : Unwritten(file);
  unlink(fresh.c_str());
  if (!linked) return tl::unexpected(std::move(refusal));
  return file;
}

int Add(const Shared& shared, const Wanted& wanted) {
  const auto snapshot = SurveyApp(wanted.question);
  if (!snapshot) return Tell(snapshot.error());
  std::string text;
  for (const std::string& line : snapshot->found) text += "  " + base::Escape(line, 1000) + "\n";
  if (wanted.dry_run) {
    Print(fmt::format("{}: found\n{}its file would be:\n{}", snapshot->name, text, snapshot->text));
    return 0;
  }
  const auto file = WriteNew(config::Paths::Under(shared.root), *snapshot);
  if (!file) return Tell(file.error());
  Print(fmt::format("{}: found\n{}{}: written; next, allow its use with a rule in policy.json\n",
                    snapshot->name, text, *file));
  return 0;
}

int List(const Shared& shared, const Wanted& wanted) {
  config::Problems problems;
  const auto apps = installation::LoadApps(config::Paths::Under(shared.root), problems);
  PrintProblems(problems);
  audit::Json list = audit::Json::array();
  std::string lines;
  for (const auto& [name, app] : apps) {
    const auto account = release::FindAccount(app);
    const auto snapshot =
        account ? launcher::Resolve(app, *account,
                                    {.release = "current", .programs = {}, .loader = false})
                : release::Outcome<launcher::Resolved>(tl::unexpected(account.error()));
    const std::string user = account ? account->name : "-";
    const std::string current = snapshot ? snapshot->snapshot.release : "-";
    lines += fmt::format("{:<20} {:<12} {:<24} {}{}\n", name, user, current, app.root,
                         snapshot ? "" : "  (" + snapshot.error().message + ")");
    list.push_back({{"name", name},
                    {"root", audit::TextToJson(app.root)},
                    {"user", user},
                    {"current", current},
                    {"fault", snapshot ? "" : snapshot.error().message}});
  }
  Print(wanted.json ? list.dump(2) + "\n" : lines);
  return config::HasErrors(problems) ? release::kConfiguration : 0;
}

}  // namespace

void AddApps(CLI::App& app, Shared& shared) {
  CLI::App* const apps = app.add_subcommand("apps", "List the gateway's apps, and add one");
  apps->require_subcommand(1);
  const auto wanted = std::make_shared<Wanted>();  // owned by the callbacks, bound to the options

  CLI::App* const add = apps->add_subcommand(
      "add", "Look at FOLDER, say what was found and why, and write etc/apps/NAME.json");
  add->add_option("folder", wanted->question.folder, "Where the app is deployed")
      ->required()
      ->type_name("FOLDER");
  add->add_option("--name", wanted->question.name, "Without it: the folder's name")
      ->type_name("NAME");
  add->add_option("--user", wanted->question.user, "Without it: the checkout's owner")
      ->type_name("USER");
  add->add_flag("--dry-run", wanted->dry_run, "Write nothing");
  add->footer(
      "It never overwrites an existing file.\n\n"
      "Examples:\n  oneoff apps add /srv/shop\n  oneoff apps add /srv/shop --name store --dry-run");
  add->callback([&shared, wanted] { shared.status = Add(shared, *wanted); });

  CLI::App* const list =
      apps->add_subcommand("list", "Each app with its user, its current release and its root");
  list->add_flag("--json", wanted->json, "One JSON array");
  list->footer("Examples:\n  oneoff apps list\n  oneoff apps list --json");
  list->callback([&shared, wanted] { shared.status = List(shared, *wanted); });
}

}  // namespace cli
