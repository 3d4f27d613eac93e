#include "gateway/launcher/understood.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "gateway/launcher/resolver.h"
#include "gateway/launcher/run_limits.h"
#include "release/command/shell_advice.h"
#include "release/env/client_variables.h"
#include "release/environment.h"

namespace launcher {
namespace {

using release::Outcome;
using release::Refuse;

Outcome<const release::App*> FindApp(const Asked& asked) {
  const authz::Policy& policy = asked.deps.configuration.policy;
  const auto& apps = asked.deps.configuration.apps;
  if (!policy.MayUse(asked.Who(), asked.target.app)) {
    // Unknown and forbidden apps get the same message, so it does not tell which apps exist.
    return Refuse(
        release::kDenied,
        fmt::format("{}: no rule lets {} use it; see what you may use: {}", asked.target.app,
                    asked.request.person, base::Trim(asked.Typed("oneoff", ""))));
  }
  const auto found = apps.find(asked.target.app);
  if (found == apps.end() &&
      asked.deps.configuration.not_in_force.apps.contains(asked.target.app)) {
    return Refuse(release::kConfiguration,
                  fmt::format("{}: its app file has errors; the gateway's administrator sees them "
                              "with: oneoff config check",
                              asked.target.app));
  }
  if (found == apps.end()) {
    std::vector<std::string> names;
    names.reserve(apps.size());
    for (const auto& [name, app] : apps) names.push_back(name);
    const auto nearest = base::Nearest(asked.target.app, policy.VisibleApps(asked.Who(), names));
    return Refuse(release::kNoSuchRelease,
                  fmt::format("{}: no such app{}", asked.target.app,
                              nearest ? "; did you mean " + *nearest + "?" : ""));
  }
  return &found->second;
}

Outcome<release::CommandLine> ParseCommand(const Asked& asked) {
  auto line = release::ParseCommandLine(asked.CommandText());
  if (!line || !asked.admission.forced_command) return line;
  // A certificate's force-command is a whole command. A run: word in it would let its holder choose
  // what happens.
  if (line->bare() || line->run.explain || line->run.no_pty || line->run.detached) {
    return Refuse(release::kDenied,
                  fmt::format("the command that the certificate {} forces is {}; it must be "
                              "a command without run: words",
                              asked.admission.certificate, base::Quote(asked.CommandText(), 100)));
  }
  return line;
}

// Fills in everything but the releases.
authz::Request QuestionFor(const Asked& asked, const Understood& u, const release::Plan& plan) {
  authz::Request question;
  question.person = asked.request.person;
  question.groups = asked.admission.groups;
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

Outcome<release::Plan> PlanFor(const Understood& u) {
  if (u.line.needs_shell) return release::MakeShellPlan(*u.app, u.line.text);
  if (u.line.bare()) return release::MakeLoginShellPlan(*u.app, u.account);
  return release::MakePlan(*u.app, u.snapshot, u.line.words);
}

std::vector<release::Assignment> SentVariables(const wire::Start& start) {
  std::vector<release::Assignment> sent;
  for (const auto& [name, value] : start.environment) sent.push_back({name, value});
  return sent;
}

}  // namespace

Outcome<Understood> Understand(const Asked& asked) {
  Understood u;
  const auto app = FindApp(asked);
  if (!app) return tl::unexpected(app.error());
  u.app = *app;
  auto line = ParseCommand(asked);
  if (!line) return tl::unexpected(line.error());
  if (line->bare() && !u.app->default_command.empty()) {
    const release::RunWords run = line->run;
    line = release::ParseCommandLine(u.app->default_command);
    if (!line) return tl::unexpected(line.error());
    line->run.explain |= run.explain;
    line->run.no_pty |= run.no_pty;
    line->run.detached |= run.detached;
  }
  u.line = std::move(*line);
  u.pty = asked.request.start.pty && !u.line.run.no_pty;

  // Admit counts again under the lock. This early check saves a resolver process.
  if (!u.line.run.explain && !u.line.bare()) {
    if (auto within = CheckLimits(asked, *u.app); !within) return tl::unexpected(within.error());
  }
  return u;
}

// Needs the release: a bare login, whose answer is the menu of an existing release, and a string
// whose advice names the release's folder.
std::optional<authz::Denial> DenyUnread(const Asked& asked, const Understood& u) {
  if (u.line.run.explain || u.line.bare()) return std::nullopt;
  if (u.line.needs_shell && !u.line.needs_shell->folder.empty()) return std::nullopt;
  using FirstWord = authz::Policy::FirstWord;
  std::optional<release::Plan> plan;
  if (!u.line.needs_shell) plan = release::MakePlanOfEveryRelease(*u.app, u.line.words);
  const auto first = plan || u.line.needs_shell ? FirstWord::kKnown : FirstWord::kMayBeName;
  authz::Request question = QuestionFor(asked, u, plan.value_or(release::Plan()));
  question.releases = {asked.target.release};  // as requested; for the message only
  return asked.deps.configuration.policy.DenyInEveryRelease(question, first);
}

Outcome<void> ReadRelease(const Asked& asked, Understood& u) {
  auto account = release::FindAccount(*u.app);
  if (!account) return tl::unexpected(account.error());
  u.account = std::move(*account);
  auto resolved =
      Resolve(*u.app, u.account,
              {.release = asked.target.release, .programs = release::ProgramsOf(u.line.words)});
  if (!resolved) return tl::unexpected(resolved.error());
  u.snapshot = std::move(resolved->snapshot);
  if (u.line.needs_shell) {
    release::AdviseAboutFolder(*u.app, u.snapshot.directory, *u.line.needs_shell);
  }
  u.lease = std::move(resolved->lease);
  auto plan = PlanFor(u);
  if (!plan) return tl::unexpected(plan.error());
  u.plan = std::move(*plan);
  u.question = QuestionFor(asked, u, u.plan);
  u.question.releases = u.snapshot.names;
  return {};
}

Outcome<release::ProcessParts> Describe(const Asked& asked, const Understood& u,
                                        const authz::Grant& grant, const std::string& run_id) {
  const release::ClientVariables client{.sent = SentVariables(asked.request.start),
                                        .typed = u.line.assignments,
                                        .term = u.pty ? asked.request.start.pty->term : "",
                                        .plain_values = grant.plain_values()};
  const release::EnvironmentRequest wanted{.app = *u.app,
                                           .account = u.account,
                                           .snapshot = u.snapshot,
                                           .client = client,
                                           .accept_env = grant.accept_env(),
                                           .run_id = run_id,
                                           .person = asked.request.person};
  auto environment = release::BuildEnvironment(wanted);
  if (!environment) return tl::unexpected(environment.error());
  auto parts = release::Describe(wanted, u.plan, std::move(*environment));
  parts.pty = u.pty;
  parts.on_disconnect = config::Together(grant.on_disconnect(), parts.on_disconnect);
  if (grant.private_run() && !parts.private_run) {
    parts.private_run = true;
    parts.why_private = fmt::format("the rule {}", base::Quote(grant.rule(), 64));
  }
  return parts;
}

std::vector<std::string> LeftOut(const Asked& asked, const authz::Grant& grant) {
  const release::ClientVariables client{.sent = SentVariables(asked.request.start),
                                        .typed = {},
                                        .term = "",
                                        .plain_values = grant.plain_values()};
  return release::LeftOut(client, grant.accept_env());
}

}  // namespace launcher
