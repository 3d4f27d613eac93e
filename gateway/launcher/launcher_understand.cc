// The part of the launcher that understands a request. What needs no look at the release comes
// first: a command that the policy denies in every release costs no process.
#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "gateway/launcher/launcher.h"
#include "gateway/launcher/resolver.h"
#include "release/command/shell_advice.h"

namespace launcher {

using release::Outcome;
using release::Refuse;

Outcome<const release::App*> Launcher::FindApp() const {
  const authz::Policy& policy = deps_.configuration.policy;
  const auto& apps = deps_.configuration.apps;
  if (!policy.MayUse(Who(), target_.app)) {
    // Unknown and forbidden apps get the same message, so it does not tell which apps exist.
    return Refuse(release::kDenied,
                  fmt::format("{}: no rule lets {} use it; see what you may use: {}", target_.app,
                              request_.person, base::Trim(Typed("oneoff", ""))));
  }
  const auto found = apps.find(target_.app);
  if (found == apps.end() && deps_.configuration.not_in_force.apps.contains(target_.app)) {
    return Refuse(release::kConfiguration,
                  fmt::format("{}: its app file has errors; the gateway's administrator sees them "
                              "with: oneoff config check",
                              target_.app));
  }
  if (found == apps.end()) {
    std::vector<std::string> names;
    names.reserve(apps.size());
    for (const auto& [name, app] : apps) names.push_back(name);
    const auto nearest = base::Nearest(target_.app, policy.VisibleApps(Who(), names));
    return Refuse(release::kNoSuchRelease,
                  fmt::format("{}: no such app{}", target_.app,
                              nearest ? "; did you mean " + *nearest + "?" : ""));
  }
  return &found->second;
}

Outcome<release::CommandLine> Launcher::ParseCommand() const {
  auto line = release::ParseCommandLine(CommandText());
  if (!line || !admission_.forced_command) return line;
  if (line->bare() || line->run.explain || line->run.no_pty) {
    return Refuse(release::kDenied,
                  fmt::format("the command that the certificate {} forces is {}; it must be "
                              "a command without run: words",
                              admission_.certificate, base::Quote(CommandText(), 100)));
  }
  return line;
}

Outcome<Launcher::Understood> Launcher::Understand() const {
  Understood u;
  const auto app = FindApp();
  if (!app) return tl::unexpected(app.error());
  u.app = *app;
  auto line = ParseCommand();
  if (!line) return tl::unexpected(line.error());
  if (line->bare() && !u.app->default_command.empty()) {
    const release::RunWords run = line->run;
    line = release::ParseCommandLine(u.app->default_command);
    if (!line) return tl::unexpected(line.error());
    line->run.explain |= run.explain;
    line->run.no_pty |= run.no_pty;
  }
  u.line = std::move(*line);
  u.pty = request_.start.pty && !u.line.run.no_pty;

  // Admit counts again under the lock. This early check saves a resolver process.
  if (!u.line.run.explain && !u.line.bare()) {
    if (auto within = CheckLimits(*u.app); !within) return tl::unexpected(within.error());
  }
  return u;
}

// Needs the release: a bare login, whose answer is the menu of an existing release, and a string
// whose advice names the release's folder.
std::optional<authz::Denial> Launcher::DenyUnread(const Understood& u) const {
  if (u.line.run.explain || u.line.bare()) return std::nullopt;
  if (u.line.needs_shell && !u.line.needs_shell->folder.empty()) return std::nullopt;
  using FirstWord = authz::Policy::FirstWord;
  std::optional<release::Plan> plan;
  if (!u.line.needs_shell) plan = release::MakePlanOfEveryRelease(*u.app, u.line.words);
  const auto first = plan || u.line.needs_shell ? FirstWord::kKnown : FirstWord::kMayBeName;
  authz::Request question = QuestionFor(u, plan.value_or(release::Plan()));
  question.releases = {target_.release};  // as requested; for the message only
  return deps_.configuration.policy.DenyInEveryRelease(question, first);
}

Outcome<void> Launcher::ReadRelease(Understood& u) const {
  auto account = release::FindAccount(*u.app);
  if (!account) return tl::unexpected(account.error());
  u.account = std::move(*account);
  auto resolved =
      Resolve(*u.app, u.account,
              {.release = target_.release, .programs = release::ProgramsOf(u.line.words)});
  if (!resolved) return tl::unexpected(resolved.error());
  u.snapshot = std::move(resolved->snapshot);
  if (u.line.needs_shell) {
    release::AdviseAboutFolder(*u.app, u.snapshot.directory, *u.line.needs_shell);
  }
  u.lease = std::move(resolved->lease);
  auto plan = PlanFor(u);
  if (!plan) return tl::unexpected(plan.error());
  u.plan = std::move(*plan);
  u.question = QuestionFor(u, u.plan);
  u.question.releases = u.snapshot.names;
  return {};
}

// Fills in everything but the releases.
authz::Request Launcher::QuestionFor(const Understood& u, const release::Plan& plan) const {
  authz::Request question;
  question.person = request_.person;
  question.groups = admission_.groups;
  question.app = u.app->name;
  question.command = release::ShownCommand(u.line.text);  // no secrets: messages quote it
  question.words = u.line.words;
  question.needs_shell = u.line.needs_shell.has_value();
  question.stands_for = plan.stands_for;
  question.opaque = plan.stands_for.empty() &&
                    (plan.how == release::How::kAppFile || plan.how == release::How::kProcfile);
  for (const auto& assignment : u.line.assignments) {
    question.variables.push_back(assignment.name + "=" + assignment.value);
  }
  return question;
}

Outcome<release::Plan> Launcher::PlanFor(const Understood& u) const {
  if (u.line.needs_shell) return release::MakeShellPlan(*u.app, u.line.text);
  if (u.line.bare()) return release::MakeLoginShellPlan(*u.app, u.account);
  return release::MakePlan(*u.app, u.snapshot, u.line.words);
}

}  // namespace launcher
