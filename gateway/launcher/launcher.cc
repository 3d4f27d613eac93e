#include "gateway/launcher/launcher.h"

#include <fmt/format.h>

#include <utility>

#include "authz/admittance.h"
#include "base/text.h"
#include "gateway/installation/local_account.h"
#include "gateway/launcher/disconnect_terms.h"
#include "gateway/launcher/run_commands.h"
#include "gateway/launcher/run_recording.h"
#include "gateway/launcher/run_start.h"
#include "gateway/launcher/service_commands.h"
#include "gateway/launcher/watch_start.h"
#include "gateway/launcher/web_parity.h"
#include "release/command/pasted_characters.h"
#include "release/explain.h"

namespace launcher {

using release::Outcome;
using release::Refusal;
using release::Refuse;

Launcher::Launcher(LauncherDeps deps, wire::Request request, base::UniqueFd session,
                   std::optional<uid_t> local)
    : asked_(deps, std::move(request), std::move(session), local) {}

int Launcher::Serve() {
  const auto known = asked_.local ? CheckAccount() : Outcome<void>();
  auto target = release::ParseTarget(asked_.request.user);
  if (target) asked_.target = *target;
  if (!known) return asked_.Reject(known.error());
  if (!target) {
    // Only a person with a right to an app may learn app names, so this message names none.
    asked_.target.app = base::Escape(asked_.request.user, 64);
    return asked_.Reject({release::kNoSuchRelease, target.error().message()});
  }
  if (auto key = asked_.local ? Outcome<void>() : CheckKey(); !key)
    return asked_.Reject(key.error());
  // The session or the local monitor has cut a request that fits in no packet. It still comes here,
  // so that the refusal is recorded.
  if (asked_.request.start.cut.value_or(false)) {
    return asked_.Reject(
        {release::kUsage,
         fmt::format("the command is longer than {} bytes, or too long together with its "
                     "environment; send its data on stdin",
                     release::kMaxCommandLine)});
  }
  return asked_.target.service() ? ServeService() : ServeApp();
}

int Launcher::ServeService() {
  if (asked_.admission.forced_command) {
    return asked_.Reject(
        {release::kDenied,
         fmt::format("oneoff@: the certificate {} forces a command, so oneoff@ is denied",
                     asked_.admission.certificate)});
  }
  const auto line = release::ParseCommandLine(asked_.CommandText(), release::Whose::kGateways);
  if (!line) return asked_.Reject(line.error());
  if (line->needs_shell) return asked_.Reject(release::RefuseShell(*line->needs_shell));
  if (!line->words.empty() && line->words.front() == "watch")
    return StartWatch(asked_, line->words);
  if (!line->words.empty() && IsRunCommand(line->words.front()))
    return ServeRunCommand(asked_, line->words);
  auto text = RunServiceCommand(
      line->words,
      {asked_.request.person, asked_.local ? "by unix_users" : asked_.request.fingerprint,
       asked_.request.address, asked_.admission.certificate, asked_.admission.groups},
      asked_.deps.configuration, asked_.deps.registry, asked_.deps.clock);
  if (!text) return asked_.Reject(text.error());
  asked_.Post(audit::Listed{.person = asked_.request.person,
                            .key = asked_.request.fingerprint,
                            .source = asked_.request.address,
                            .what = line->words.empty() ? "who am I" : line->words.front(),
                            .certificate = asked_.admission.certificate});
  return asked_.Answer({.status = 0, .out = std::move(*text), .err = ""});
}

// Since login the key may have been removed, or the certificate may have expired.
Outcome<void> Launcher::CheckKey() {
  const authz::Admittance admittance(asked_.deps.configuration.people,
                                     asked_.deps.configuration.policy);
  auto known =
      admittance.Probe(asked_.request.key, asked_.request.address, asked_.deps.clock.Now());
  if (auto* const admission = std::get_if<authz::Admission>(&known);
      admission != nullptr && admission->person == asked_.request.person) {
    asked_.admission = std::move(*admission);
    if (asked_.admission.forced_command)
      asked_.request.start.command = asked_.admission.forced_command;
    return {};
  }
  std::string message = fmt::format("the key {} does not let {} in any more",
                                    asked_.request.fingerprint, asked_.request.person);
  // The holder of a certificate may learn why it is refused.
  const auto* const rejection = std::get_if<authz::Rejection>(&known);
  if (rejection != nullptr && rejection->vouched_for) message += ": " + rejection->reason;
  return Refuse(release::kDenied, std::move(message));
}

// The monitor has checked the account before it read a byte of the caller's. The launcher does not
// rely on that check.
Outcome<void> Launcher::CheckAccount() {
  const auto found = installation::AccountOf(*asked_.local);
  if (!found) return Refuse(release::kBusy, found.error().message() + "; try again");
  const std::string& account = *found;
  asked_.request.address = wire::SourceOfAccount(account);
  asked_.request.fingerprint.clear();
  const authz::UnixUser* const user = asked_.deps.configuration.policy.UnixUserOf(account);
  if (user == nullptr) {
    return Refuse(release::kDenied,
                  fmt::format("the UNIX user {} no longer stands for a person here",
                              base::Escape(account, 64)));
  }
  const auto app = user->apps_user
                       ? std::nullopt
                       : installation::AppThatRunsAs(*asked_.local, asked_.deps.configuration.apps);
  if (app) {
    return Refuse(
        release::kDenied,
        fmt::format("the UNIX user {0} stands for no person, because the commands of the app {1} "
                    "run as {0}: each person with a right to {1} would be {2}; use an account of "
                    "its own, or have \"apps_user\": true written beside it in policy.json",
                    base::Escape(account, 64), *app, user->person));
  }
  asked_.request.person = user->person;
  asked_.admission = authz::Admission{.person = asked_.request.person, .fingerprint = ""};
  return {};
}

int Launcher::ServeApp() {
  auto understood = Understand(asked_);
  if (!understood) return asked_.Reject(understood.error());
  if (const auto denial = DenyUnread(asked_, *understood)) return Deny(*understood, *denial);
  if (auto read = ReadRelease(asked_, *understood); !read) return asked_.Reject(read.error());
  return Decide(*understood);
}

int Launcher::Decide(Understood& u) {
  if (u.line.run.explain) {
    CompareWithWeb(asked_, u);
    return Explain(u);
  }
  const authz::Decision decision = asked_.deps.configuration.policy.Decide(u.question);
  if (const auto* denial = std::get_if<authz::Denial>(&decision)) return Deny(u, *denial);
  // After the decision: what a command needs is told only to a person who may run it.
  if (auto terminal = CheckTerminal(u); !terminal) return asked_.Reject(terminal.error());
  CompareWithWeb(asked_, u);
  return RunStart(asked_, u, std::get<authz::Grant>(decision)).Start();
}

Outcome<void> Launcher::CheckTerminal(const Understood& u) const {
  if (!asked_.admission.permits_pty && (u.pty || u.plan.needs_pty)) {
    return Refuse(release::kUsage,
                  fmt::format("{}: the certificate {} permits no terminal (permit-pty){}",
                              asked_.request.user, asked_.admission.certificate,
                              u.plan.needs_pty ? ", and this needs one" : "; type it with ssh -T"));
  }
  if (!u.plan.needs_pty || u.pty) return {};
  const std::string typed =
      release::ShownCommand(u.line.text.empty() ? u.app->default_command : u.line.text);
  return Refuse(
      release::kUsage,
      fmt::format("{}: {} needs a terminal; type: {}", asked_.request.user, base::Escape(typed),
                  asked_.Typed(asked_.request.user, base::Escape(typed), "-t")));
}

int Launcher::Deny(const Understood& u, const authz::Denial& denial) {
  // No rule forbids it, so the answer helps: it says what to type instead.
  if (denial.rule.empty() && u.line.needs_shell) {
    return asked_.Reject(release::RefuseShell(*u.line.needs_shell));
  }
  if (denial.rule.empty() && u.line.bare()) {
    asked_.Post(audit::Listed{.person = asked_.request.person,
                              .key = asked_.request.fingerprint,
                              .source = asked_.request.address,
                              .what = "menu of " + u.app->name,
                              .certificate = asked_.admission.certificate});
    return asked_.Answer(
        {.status = release::kUsage,
         .out = "",
         .err = RenderMenu(asked_.Who(), asked_.request.user, u.app->name,
                           asked_.deps.configuration, [this](std::string_view pattern) {
                             return asked_.Typed(asked_.request.user, pattern);
                           })});
  }
  asked_.deps.log(
      base::Level::kWarning,
      fmt::format("denied: {} ({}) from {}: {}: {}; to allow it, add a rule with \"run\": "
                  "[{}]",
                  asked_.request.person, asked_.request.fingerprint, asked_.request.address,
                  asked_.request.user, base::Quote(asked_.ShownCommand()),
                  base::Quote(asked_.ShownCommand())));
  return asked_.Reject({release::kDenied, denial.message}, denial.rule);
}

int Launcher::Explain(const Understood& u) {
  const authz::Policy& policy = asked_.deps.configuration.policy;
  const authz::Decision decision = policy.Decide(u.question);
  const auto* grant = std::get_if<authz::Grant>(&decision);
  asked_.Post(audit::Explained{.person = asked_.request.person,
                               .key = asked_.request.fingerprint,
                               .source = asked_.request.address,
                               .app = u.app->name,
                               .release = u.snapshot.release,
                               .command = release::ShownCommand(u.line.text),
                               .certificate = asked_.admission.certificate});
  Reply reply;
  const bool reviews = policy.MayReview(asked_.Who(), u.app->name);
  const auto shown = reviews ? authz::ShownRules::kEveryRule : authz::ShownRules::kAskersRules;
  reply.out = authz::RenderExplanation(u.question, policy.Explain(u.question, shown), decision);
  if (const auto pasted = release::DescribePasted(u.line.text)) reply.out += *pasted + "\n";
  if (grant == nullptr) {
    // The exit status that the command itself would have.
    reply.status = release::kDenied;
    if (u.line.needs_shell && std::get<authz::Denial>(decision).rule.empty()) {
      const Refusal refusal = release::RefuseShell(*u.line.needs_shell);
      reply.status = refusal.status;
      reply.out += "oneoff: " + refusal.message + "\n";
    }
    return asked_.Answer(std::move(reply));
  }
  return ExplainGrant(u, *grant, std::move(reply));
}

int Launcher::ExplainGrant(const Understood& u, const authz::Grant& grant, Reply reply) {
  const auto parts = Describe(asked_, u, grant, "");
  if (!parts) return asked_.Reject(parts.error());
  reply.out += release::Explain(u.snapshot, u.plan, *parts);
  reply.out += ExplainRecording(asked_, u, grant);
  reply.out += ExplainDisconnect(
      DisconnectTermsOf(*parts, asked_.deps.configuration.settings, u.line.run.detached));
  if (const auto left_out = LeftOut(asked_, grant); !left_out.empty()) {
    const char* const them = left_out.size() == 1 ? "it" : "them";
    reply.out += fmt::format(
        "not set:    {0}: the client sent {1}, and the rule {2} does not accept {1}\n",
        base::Escape(base::Join(left_out, ", "), 400), them, base::Quote(grant.rule(), 64));
  }
  if (!u.parity.empty()) reply.out += "with web:   " + u.parity + "\n";
  return asked_.Answer(std::move(reply));
}

}  // namespace launcher
