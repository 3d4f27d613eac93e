#include "gateway/launcher/launcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "authz/admittance.h"
#include "base/text.h"
#include "gateway/installation/local_account.h"
#include "gateway/launcher/service_commands.h"
#include "gateway/wire/transport.h"
#include "release/command/pasted_characters.h"
#include "release/environment.h"
#include "release/explain.h"

namespace launcher {
namespace {

using release::Outcome;
using release::Refusal;
using release::Refuse;

constexpr std::size_t kMaxAnswer =
    30UL * 1024;  // bytes of each text; both fit in one packet, even escaped

std::vector<release::Assignment> SentVariables(const wire::Start& start) {
  std::vector<release::Assignment> sent;
  for (const auto& [name, value] : start.environment) sent.push_back({name, value});
  return sent;
}

std::string Cut(std::string text) {
  if (text.size() > kMaxAnswer) {
    text.resize(kMaxAnswer);
    text += "...\n";
  }
  return text;
}

}  // namespace

Launcher::Launcher(LauncherDeps deps, wire::Request request, base::UniqueFd session,
                   std::optional<uid_t> local)
    : deps_(deps), request_(std::move(request)), session_(std::move(session)), local_(local) {}

int Launcher::Serve() {
  if (auto client = audit::Introduce(deps_.audit_control)) audit_ = std::move(*client);
  const auto known = local_ ? CheckAccount() : Outcome<void>();
  auto target = release::ParseTarget(request_.user);
  if (target) target_ = *target;
  if (!known) return Reject(known.error());
  if (!target) {
    // Only a person with a right to an app may learn app names, so this message names none.
    target_.app = base::Escape(request_.user, 64);
    return Reject({release::kNoSuchRelease, target.error().message()});
  }
  if (auto key = local_ ? Outcome<void>() : CheckKey(); !key) return Reject(key.error());
  if (request_.start.cut.value_or(false)) {
    return Reject({release::kUsage,
                   fmt::format("the command is longer than {} bytes, or too long together with its "
                               "environment; send its data on stdin",
                               release::kMaxCommandLine)});
  }
  return target_.service() ? ServeService() : ServeApp();
}

int Launcher::ServeService() {
  if (admission_.forced_command) {
    return Reject({release::kDenied,
                   fmt::format("oneoff@: the certificate {} forces a command, so oneoff@ is denied",
                               admission_.certificate)});
  }
  const auto line = release::ParseCommandLine(CommandText());
  if (!line) return Reject(line.error());
  if (line->needs_shell) return Reject(release::RefuseShell(*line->needs_shell));
  if (!line->words.empty() && line->words.front() == "watch") return WatchRun(line->words);
  auto text = RunServiceCommand(line->words,
                                {request_.person, local_ ? "by unix_users" : request_.fingerprint,
                                 request_.address, admission_.certificate, admission_.groups},
                                deps_.configuration, deps_.registry, deps_.clock);
  if (!text) return Reject(text.error());
  Post(audit::Listed{.person = request_.person,
                     .key = request_.fingerprint,
                     .source = request_.address,
                     .what = line->words.empty() ? "who am I" : line->words.front(),
                     .certificate = admission_.certificate});
  return Answer({.status = 0, .out = std::move(*text), .err = ""});
}

// Since login the key may have been removed, or the certificate may have expired.
Outcome<void> Launcher::CheckKey() {
  const authz::Admittance admittance(deps_.configuration.people, deps_.configuration.policy);
  auto known = admittance.Probe(request_.key, request_.address, deps_.clock.Now());
  if (auto* const admission = std::get_if<authz::Admission>(&known);
      admission != nullptr && admission->person == request_.person) {
    admission_ = std::move(*admission);
    if (admission_.forced_command) request_.start.command = admission_.forced_command;
    return {};
  }
  std::string message =
      fmt::format("the key {} does not let {} in any more", request_.fingerprint, request_.person);
  // The holder of a certificate may learn why it is refused.
  const auto* const rejection = std::get_if<authz::Rejection>(&known);
  if (rejection != nullptr && rejection->vouched_for) message += ": " + rejection->reason;
  return Refuse(release::kDenied, std::move(message));
}

// The monitor has checked the account before it read a byte of the caller's. The launcher does not
// rely on that check.
Outcome<void> Launcher::CheckAccount() {
  const auto found = installation::AccountOf(*local_);
  if (!found) return Refuse(release::kBusy, found.error().message() + "; try again");
  const std::string& account = *found;
  request_.address = wire::SourceOfAccount(account);
  request_.fingerprint.clear();
  const authz::UnixUser* const user = deps_.configuration.policy.UnixUserOf(account);
  if (user == nullptr) {
    return Refuse(release::kDenied,
                  fmt::format("the UNIX user {} no longer stands for a person here",
                              base::Escape(account, 64)));
  }
  const auto app = user->apps_user ? std::nullopt
                                   : installation::AppThatRunsAs(*local_, deps_.configuration.apps);
  if (app) {
    return Refuse(
        release::kDenied,
        fmt::format("the UNIX user {0} stands for no person, because the commands of the app {1} "
                    "run as {0}: each person with a right to {1} would be {2}; use an account of "
                    "its own, or have \"apps_user\": true written beside it in policy.json",
                    base::Escape(account, 64), *app, user->person));
  }
  request_.person = user->person;
  admission_ = authz::Admission{.person = request_.person, .fingerprint = ""};
  return {};
}

std::string Launcher::Typed(const std::string& target, std::string_view words,
                            std::string_view option) const {
  const std::string space = option.empty() ? "" : " ";
  return local_ ? fmt::format("oneoff run{}{} --app {} {}", space, option, target, words)
                : fmt::format("ssh{}{} {}@HOST {}", space, option, target, words);
}

int Launcher::ServeApp() {
  auto understood = Understand();
  if (!understood) return Reject(understood.error());
  if (const auto denial = DenyUnread(*understood)) return Deny(*understood, *denial);
  if (auto read = ReadRelease(*understood); !read) return Reject(read.error());
  return Decide(*understood);
}

int Launcher::Decide(Understood& u) {
  if (u.line.run.explain) {
    CompareWithWeb(u);
    return Explain(u);
  }
  const authz::Decision decision = deps_.configuration.policy.Decide(u.question);
  if (const auto* denial = std::get_if<authz::Denial>(&decision)) return Deny(u, *denial);
  if (auto terminal = CheckTerminal(u); !terminal) return Reject(terminal.error());
  CompareWithWeb(u);
  lease_ = std::move(u.lease);
  return StartRun(u, std::get<authz::Grant>(decision));
}

Outcome<void> Launcher::CheckTerminal(const Understood& u) const {
  if (!admission_.permits_pty && (u.pty || u.plan.needs_pty)) {
    return Refuse(release::kUsage,
                  fmt::format("{}: the certificate {} permits no terminal (permit-pty){}",
                              request_.user, admission_.certificate,
                              u.plan.needs_pty ? ", and this needs one" : "; type it with ssh -T"));
  }
  if (!u.plan.needs_pty || u.pty) return {};
  const std::string typed =
      release::ShownCommand(u.line.text.empty() ? u.app->default_command : u.line.text);
  return Refuse(release::kUsage,
                fmt::format("{}: {} needs a terminal; type: {}", request_.user, base::Escape(typed),
                            Typed(request_.user, base::Escape(typed), "-t")));
}

int Launcher::Deny(const Understood& u, const authz::Denial& denial) {
  // No rule forbids it, so the answer helps: it says what to type instead.
  if (denial.rule.empty() && u.line.needs_shell) {
    return Reject(release::RefuseShell(*u.line.needs_shell));
  }
  if (denial.rule.empty() && u.line.bare()) {
    Post(audit::Listed{.person = request_.person,
                       .key = request_.fingerprint,
                       .source = request_.address,
                       .what = "menu of " + u.app->name,
                       .certificate = admission_.certificate});
    return Answer({.status = release::kUsage,
                   .out = "",
                   .err = RenderMenu(Who(), request_.user, u.app->name, deps_.configuration,
                                     [this](std::string_view pattern) {
                                       return Typed(request_.user, pattern);
                                     })});
  }
  deps_.log(base::Level::kWarning,
            fmt::format("denied: {} ({}) from {}: {}: {}; to allow it, add a rule with \"run\": "
                        "[{}]",
                        request_.person, request_.fingerprint, request_.address, request_.user,
                        base::Quote(ShownCommand()), base::Quote(ShownCommand())));
  return Reject({release::kDenied, denial.message}, denial.rule);
}

int Launcher::Explain(const Understood& u) {
  const authz::Policy& policy = deps_.configuration.policy;
  const authz::Decision decision = policy.Decide(u.question);
  const auto* grant = std::get_if<authz::Grant>(&decision);
  Post(audit::Explained{.person = request_.person,
                        .key = request_.fingerprint,
                        .source = request_.address,
                        .app = u.app->name,
                        .release = u.snapshot.release,
                        .command = release::ShownCommand(u.line.text),
                        .certificate = admission_.certificate});
  Reply reply;
  const bool reviews = policy.MayReview(Who(), u.app->name);
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
    return Answer(std::move(reply));
  }
  const auto parts = Describe(u, *grant, "");
  if (!parts) return Reject(parts.error());
  reply.out += release::Explain(u.snapshot, u.plan, *parts);
  reply.out += ExplainRecording(u, *grant);
  if (const auto left_out = LeftOut(*grant); !left_out.empty()) {
    const char* const them = left_out.size() == 1 ? "it" : "them";
    reply.out += fmt::format(
        "not set:    {0}: the client sent {1}, and the rule {2} does not accept {1}\n",
        base::Escape(base::Join(left_out, ", "), 400), them, base::Quote(grant->rule(), 64));
  }
  if (!u.parity.empty()) reply.out += "with web:   " + u.parity + "\n";
  return Answer(std::move(reply));
}

Outcome<release::ProcessParts> Launcher::Describe(const Understood& u, const authz::Grant& grant,
                                                  const std::string& run_id) const {
  const release::ClientVariables client{.sent = SentVariables(request_.start),
                                        .typed = u.line.assignments,
                                        .term = u.pty ? request_.start.pty->term : "",
                                        .plain_values = grant.plain_values()};
  const release::EnvironmentRequest wanted{.app = *u.app,
                                           .account = u.account,
                                           .snapshot = u.snapshot,
                                           .client = client,
                                           .accept_env = grant.accept_env(),
                                           .run_id = run_id,
                                           .person = request_.person};
  auto environment = release::BuildEnvironment(wanted);
  if (!environment) return tl::unexpected(environment.error());
  auto parts = release::Describe(wanted, u.plan, std::move(*environment));
  parts.pty = u.pty;
  if (grant.private_run() && !parts.private_run) {
    parts.private_run = true;
    parts.why_private = fmt::format("the rule {}", base::Quote(grant.rule(), 64));
  }
  return parts;
}

std::vector<std::string> Launcher::LeftOut(const authz::Grant& grant) const {
  const release::ClientVariables client{.sent = SentVariables(request_.start),
                                        .typed = {},
                                        .term = "",
                                        .plain_values = grant.plain_values()};
  return release::LeftOut(client, grant.accept_env());
}

int Launcher::Reject(Refusal refusal, const std::string& rule) {
  // An audit log that cannot be written is not the person's fault.
  word_.refused = refusal.status != release::kCannotAudit;
  // The cause may be a pasted character that looks like another one.
  const bool of_command = refusal.status == release::kUsage || refusal.status == release::kDenied;
  if (const auto pasted = of_command ? release::DescribePasted(CommandText()) : std::nullopt) {
    refusal.message += "; " + *pasted;
  }
  Post(audit::RunDenied{.person = request_.person,
                        .key = request_.fingerprint,
                        .source = request_.address,
                        .app = target_.app,
                        .release = target_.release,
                        .command = ShownCommand(),
                        .rule = rule,
                        .message = refusal.message,
                        .status = refusal.status,
                        .certificate = admission_.certificate});
  std::string text = "oneoff: " + refusal.message + "\n";
  if (!admission_.person.empty() && deps_.configuration.not_in_force.all) {
    text += "oneoff: the newest configuration has errors, and the last good one is in force\n";
  }
  return Answer({.status = refusal.status, .out = "", .err = std::move(text)});
}

int Launcher::Answer(Reply reply) {
  std::string notes;
  for (const std::string& note : NotesOnFiles()) notes += "oneoff: " + note + "\n";
  reply.err.insert(0, notes);
  (void)wire::Send(session_.get(), wire::Answer{.channel = request_.start.channel,
                                                .status = reply.status,
                                                .out = Cut(std::move(reply.out)),
                                                .err = Cut(std::move(reply.err))});
  TellAnswered();
  return 0;
}

void Launcher::TellAnswered() const {
  const char byte = word_.Byte();
  (void)!write(deps_.answered, &byte, 1);
}

void Launcher::Post(const audit::Event& event) {
  const base::Result<void> posted =
      audit_ ? audit_->Post(event)
             : base::Fail(base::Code::kUnavailable, "no connection to the audit writer");
  if (posted) return;
  // The broker counts dropped events. RecordStart never drops the start of a run.
  word_.dropped = std::min(word_.dropped + 1, LauncherReport::kMostDropped);
}

}  // namespace launcher
