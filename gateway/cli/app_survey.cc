#include "gateway/cli/app_survey.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/json.h"
#include "gateway/launcher/resolver.h"
#include "release/account.h"
#include "release/app.h"
#include "release/hostile_file.h"
#include "release/layout/checkout.h"
#include "release/layout/layout.h"
#include "release/layout/target.h"

namespace cli {
namespace {

using release::Outcome;
using release::Refuse;

constexpr std::size_t kMaxUnits = 2000;
constexpr std::size_t kMaxUnit = 256UL * 1024;  // bytes

// A service that works below the app's root, from the administrator's unit files.
struct Unit {
  std::string name;
  bool has_environment = false;
};

bool NamesFolder(std::string_view line, const std::string& root) {
  for (const std::string_view key : {"WorkingDirectory=", "ExecStart="}) {
    if (!line.starts_with(key)) continue;
    const std::size_t at = line.find(root);
    if (at == std::string_view::npos) return false;
    const std::string_view rest = line.substr(at + root.size());
    return rest.empty() || rest[0] == '/' || rest[0] == ' ';
  }
  return false;
}

std::optional<Unit> FindUnit(const std::string& root) {
  const std::string folder = "/etc/systemd/system";
  const auto names = base::ListDirectory(AT_FDCWD, folder, kMaxUnits);
  if (!names) return std::nullopt;
  for (const std::string& name : *names) {
    // A template's name does not tell an instance's environment.
    if (!name.ends_with(".service") || name.ends_with("@.service")) continue;
    const auto text = base::ReadFile(AT_FDCWD, fmt::format("{}/{}", folder, name), kMaxUnit);
    if (!text) continue;
    Unit unit{name, false};
    bool found = false;
    for (const std::string_view line : base::Split(*text, '\n')) {
      found |= NamesFolder(line, root);
      unit.has_environment |= line.starts_with("Environment");
    }
    if (found) return unit;
  }
  return std::nullopt;
}

// Adds the app file's "config" if the default does not cover the sources, else the "dialect" of the
// default.
void AddSources(const std::string& name, const std::string& root,
                const std::optional<release::ReleaseSnapshot>& snapshot, audit::Json& file,
                std::vector<std::string>& found) {
  std::string dialect(release::NameOf(release::Dialect::kDotenv));
  if (snapshot && snapshot->framework) {
    dialect = release::NameOf(release::DialectOf(snapshot->framework->language));
    found.push_back(fmt::format("dialect of .env: {}: {}", dialect, snapshot->framework->why));
  }
  audit::Json config = audit::Json::array();
  if (release::IsRegularFile(root + "/shared/.env")) {
    found.emplace_back("variables: shared/.env");
  } else if (release::IsRegularFile(root + "/.env")) {
    found.emplace_back("variables: .env");
  }
  const std::string defaults = "/etc/default/" + name;
  if (release::IsRegularFile(defaults)) {
    found.push_back(fmt::format("variables: {}: as a unit's EnvironmentFile", defaults));
    config.push_back({{"file", defaults}, {"dialect", "systemd"}});
  }
  if (const auto unit = FindUnit(root)) {
    found.push_back(fmt::format("unit: {}: it works in {}{}", unit->name, root,
                                unit->has_environment ? ", and sets variables" : ""));
    if (unit->has_environment) config.push_back({{"unit", unit->name}});
  }
  if (snapshot && !snapshot->loader.empty() && !snapshot->config.empty()) {
    found.push_back(
        fmt::format("loader: {}: if the app loads its .env by itself, write \"config\": [], and it "
                    "gets what its web process gets",
                    snapshot->loader));
  }
  if (config.empty()) {
    if (snapshot && snapshot->framework) file["dialect"] = dialect;
    return;
  }
  // A "config" list replaces the default, so the default's own source comes first in it.
  audit::Json all = audit::Json::array();
  const bool shared = release::DetectLayout(root) != release::LayoutKind::kCheckout;
  all.push_back(
      {{"file", shared ? "shared/.env" : ".env"}, {"dialect", dialect}, {"optional", true}});
  for (audit::Json& source : config) all.push_back(std::move(source));
  file["config"] = std::move(all);
}

Outcome<launcher::Resolved> Try(const release::App& app, const release::Account& account) {
  return launcher::Resolve(app, account, {.release = "current", .programs = {}, .loader = true});
}

// Adds what the release's own files say. A missing release is no error.
void AddRelease(const release::App& app, const release::Account& account,
                std::vector<std::string>& found) {
  const auto resolved = Try(app, account);
  if (!resolved) {
    found.push_back("release: none that can be used yet: " + resolved.error().message);
    return;
  }
  const release::ReleaseSnapshot* const snapshot = &resolved->snapshot;
  found.push_back(fmt::format("release: {}, in {}", snapshot->release, snapshot->directory));
  for (const release::IsolationLayer& layer : snapshot->isolation) {
    found.push_back("isolation: " + layer.what);
  }
  if (!snapshot->console.words.empty()) {
    found.push_back(fmt::format("console: {}: {}", base::ShellJoin(snapshot->console.words),
                                snapshot->console.why));
  }
  std::vector<std::string> types;
  for (const release::Process& process : snapshot->procfile.processes)
    types.push_back(process.name);
  if (!types.empty()) found.push_back("Procfile: " + base::Join(types, ", "));
  for (const auto* const warnings :
       {&snapshot->foreign, &snapshot->warnings, &snapshot->differences}) {
    for (const std::string& warning : *warnings) found.push_back("warning: " + warning);
  }
}

Outcome<release::App> Parse(const std::string& name, const std::string& text) {
  config::Problems problems;
  auto app = release::ParseApp(name, name + ".json", text, problems);
  if (app) return std::move(*app);
  return Refuse(release::kConfiguration,
                problems.empty() ? "the app cannot be described" : problems[0].Summary());
}

// Adds the layout and how it was recognised; names it in the app file if other evidence contradicts
// it.
void AddLayout(const std::string& root, audit::Json& file, std::vector<std::string>& found) {
  const release::LayoutKind kind = release::DetectLayout(root);
  if (kind != release::LayoutKind::kCheckout) {
    found.push_back(fmt::format("layout: releases: there is {}/releases", root));
  } else if (release::IsDirectory(root + "/releases")) {
    file["layout"] = release::NameOf(kind);
    found.push_back(
        fmt::format("layout: checkout: there is {}/{}, and {}/releases is no deploy "
                    "tool's",
                    root, release::AppMarkIn(root), root));
  } else {
    found.emplace_back("layout: checkout: there is no folder of releases");
  }
}

Outcome<std::string> RootOf(const std::string& folder) {
  const auto real = release::RealPath(folder);
  if (!real || !release::IsDirectory(*real)) {
    return Refuse(release::kUsage, fmt::format("{}: {}", base::Escape(folder),
                                               real ? "is no folder" : real.error().message()));
  }
  const auto checkout = release::FindCheckout(*real);
  return checkout ? checkout->app.root : *real;
}

}  // namespace

Outcome<AppSurvey> SurveyApp(const AppQuestion& question) {
  auto root = RootOf(question.folder);
  if (!root) return tl::unexpected(std::move(root.error()));
  AppSurvey snapshot;
  snapshot.name = question.name.empty() ? release::NameOfCheckout(*root) : question.name;
  if (!release::IsAppName(snapshot.name)) {
    return Refuse(release::kUsage,
                  fmt::format("{}: an app's name is a small letter, then at most 31 small letters, "
                              "digits and '-'; not oneoff",
                              base::Escape(snapshot.name, 64)));
  }
  audit::Json file;
  file["root"] = audit::TextToJson(*root);
  if (!question.user.empty()) file["user"] = audit::TextToJson(question.user);
  AddLayout(*root, file, snapshot.found);
  const auto first = Parse(snapshot.name, file.dump());
  if (!first) return tl::unexpected(first.error());
  const auto account = release::FindAccount(*first);
  if (!account) return tl::unexpected(account.error());
  auto looked = Try(*first, *account);
  AddSources(snapshot.name, *root,
             looked ? std::optional(std::move(looked->snapshot)) : std::nullopt, file,
             snapshot.found);
  snapshot.text = file.dump(2) + "\n";

  const auto app = Parse(snapshot.name, snapshot.text);
  if (!app) return tl::unexpected(app.error());
  snapshot.found.push_back(fmt::format(
      "user: {}: {}", account->name, question.user.empty() ? "it belongs to them" : "as you say"));
  if (!account->why_shell.empty()) {
    snapshot.found.push_back(fmt::format("shell: {}: {}", account->shell, account->why_shell));
  }
  AddRelease(*app, *account, snapshot.found);
  return snapshot;
}

}  // namespace cli
