#include "gateway/cli/local_app.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/paths.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/cli/known_processes.h"
#include "gateway/installation/configuration.h"
#include "release/command/login_shell.h"
#include "release/hostile_file.h"
#include "release/layout/checkout.h"
#include "release/layout/target.h"

namespace cli {
namespace {

using release::Outcome;
using release::Refuse;
using Apps = std::map<std::string, release::App>;

// Whether `directory` is `root` or below it.
bool IsWithin(const std::string& directory, const std::string& root) {
  return directory == root || directory.starts_with(root + "/");
}

Outcome<LocalApp> Named(const Shared& shared, const std::string& typed) {
  const auto target = release::ParseTarget(typed);
  if (!target) return Refuse(release::kNoSuchRelease, target.error().message());
  const config::Paths paths = config::Paths::Under(shared.root);
  config::Problems problems;
  Apps apps = installation::LoadApps(paths, problems);
  const auto found = apps.find(target->app);
  if (found == apps.end()) {
    PrintProblems(problems);
    std::vector<std::string> names;
    for (const auto& [name, app] : apps) names.push_back(name);
    const auto nearest = base::Nearest(target->app, names);
    return Refuse(release::kNoSuchRelease,
                  fmt::format("{}: no such app in {}/apps{}", target->app, paths.etc,
                              nearest ? "; did you mean " + *nearest + "?" : ""));
  }
  auto account = release::FindAccount(found->second);
  if (!account) return tl::unexpected(std::move(account.error()));
  return LocalApp{.app = std::move(found->second),
                  .account = std::move(*account),
                  .release = target->release,
                  .of_gateway = true,
                  .umask = {}};
}

// The app of etc/apps/ whose root contains `directory`; empty if there is none, or if this user may
// not read etc/apps/.
std::string NameOfGatewaysApp(const Shared& shared, const std::string& directory) {
  config::Problems ignored;
  for (const auto& [name, app] :
       installation::LoadApps(config::Paths::Under(shared.root), ignored)) {
    const auto root = release::RealPath(app.root);
    if (root && IsWithin(directory, *root)) return name;
  }
  return {};
}

Outcome<release::Account> AccountFor(const release::App& app) {
  auto caller = release::CallersAccount();
  if (!caller || app.user.empty() || app.user == caller->name) {
    if (caller) release::SetLoginShell(app, *caller);
    return caller;
  }
  if (caller->uid == 0) return release::FindAccount(app);
  return Refuse(
      release::kDenied,
      fmt::format("{}: its user is {}, and you are {}; type: sudo -u {} oneoff ...", app.file,
                  base::Escape(app.user, 64), caller->name, base::Escape(app.user, 64)));
}

Outcome<LocalApp> Here(const Shared& shared) {
  const auto here = release::RealPath(".");
  if (!here) {
    return Refuse(release::kUsage, "the working directory: " + here.error().message());
  }
  if (const std::string name = NameOfGatewaysApp(shared, *here); !name.empty()) {
    auto checkout = release::FindCheckout(*here);
    const bool of_release = checkout && checkout->release != "current";
    return Named(shared, of_release ? name + "+" + checkout->release : name);
  }
  auto checkout = release::FindCheckout(*here);
  if (!checkout) return tl::unexpected(std::move(checkout.error()));
  auto account = AccountFor(checkout->app);
  if (!account) return tl::unexpected(std::move(account.error()));
  return LocalApp{.app = std::move(checkout->app),
                  .account = std::move(*account),
                  .release = checkout->release,
                  .of_gateway = false,
                  .umask = {}};
}

}  // namespace

Outcome<LocalApp> FindLocalApp(const Shared& shared, const std::string& target) {
  auto app = target.empty() ? Here(shared) : Named(shared, target);
  if (app && !app->app.umask) {
    for (const KnownProcess& process :
         FindKnownProcesses(config::Paths::Under(shared.root), *app)) {
      // The trusted records come first. A process of the app says of itself what it likes, so its
      // word does not replace a trusted one.
      if (app->umask && process.word != Word::kTrusted) break;
      if (auto umask = run::UmaskOfWeb(process.record)) app->umask = std::move(umask);
    }
  }
  return app;
}

int Tell(const release::Refusal& refusal) {
  (void)std::fprintf(stderr, "oneoff: %s\n", refusal.message.c_str());
  return refusal.status;
}

}  // namespace cli
