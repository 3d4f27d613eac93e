#include "gateway/launcher/asked.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"
#include "release/command/pasted_characters.h"

namespace launcher {
namespace {

constexpr std::size_t kMaxAnswer =
    30UL * 1024;  // bytes of each text; both fit in one packet, even escaped

constexpr std::chrono::seconds kAuditDeadline{10};

std::string Cut(std::string text) {
  if (text.size() > kMaxAnswer) {
    text.resize(kMaxAnswer);
    text += "...\n";
  }
  return text;
}

}  // namespace

Asked::Asked(LauncherDeps launcher_deps, wire::Request received, base::UniqueFd session_to_answer,
             std::optional<uid_t> caller)
    : deps(launcher_deps),
      request(std::move(received)),
      session(std::move(session_to_answer)),
      local(caller) {
  if (auto client = audit::Introduce(deps.audit_control)) audit = std::move(*client);
}

std::string Asked::Typed(const std::string& user, std::string_view words,
                         std::string_view option) const {
  const std::string space = option.empty() ? "" : " ";
  return local ? fmt::format("oneoff run{}{} --app {} {}", space, option, user, words)
               : fmt::format("ssh{}{} {}@HOST {}", space, option, user, words);
}

std::vector<std::string> Asked::NotesOnFiles() const {
  const installation::NotInForce& missing = deps.configuration.not_in_force;
  std::vector<std::string> notes;
  if (admission.person.empty()) return notes;  // the person is not known, or no longer
  if (missing.people.contains(request.person)) {
    notes.push_back(fmt::format(
        "people/{}.pub is not in force as it stands: {}; tell the gateway's administrator",
        request.person,
        missing.all ? "the newest configuration has errors" : "a line of it has an error"));
  }
  if (missing.apps.contains(target.app) && deps.configuration.policy.MayUse(Who(), target.app)) {
    notes.push_back(fmt::format(
        "apps/{}.json is not in force as it stands: {}; tell the gateway's administrator",
        target.app, missing.all ? "the newest configuration has errors" : "it has an error"));
  }
  return notes;
}

int Asked::Reject(release::Refusal refusal, const std::string& rule) {
  // An audit log that cannot be written is not the person's fault.
  report_.refused = refusal.status != release::kCannotAudit;
  // The cause may be a pasted character that looks like another one.
  const bool of_command = refusal.status == release::kUsage || refusal.status == release::kDenied;
  if (const auto pasted = of_command ? release::DescribePasted(CommandText()) : std::nullopt) {
    refusal.message += "; " + *pasted;
  }
  // Handed to the audit writer before the answer is sent.
  Post(audit::RunDenied{.person = request.person,
                        .key = request.fingerprint,
                        .source = request.address,
                        .app = target.app,
                        .release = target.release,
                        .command = ShownCommand(),
                        .rule = rule,
                        .message = refusal.message,
                        .status = refusal.status,
                        .certificate = admission.certificate});
  std::string text = "oneoff: " + refusal.message + "\n";
  if (!admission.person.empty() && deps.configuration.not_in_force.all) {
    text += "oneoff: the newest configuration has errors, and the last good one is in force\n";
  }
  return Answer({.status = refusal.status, .out = "", .err = std::move(text)});
}

int Asked::Answer(Reply reply) {
  std::string notes;
  for (const std::string& note : NotesOnFiles()) notes += "oneoff: " + note + "\n";
  reply.err.insert(0, notes);
  (void)wire::Send(session.get(), wire::Answer{.channel = request.start.channel,
                                               .status = reply.status,
                                               .out = Cut(std::move(reply.out)),
                                               .err = Cut(std::move(reply.err))});
  TellAnswered();
  return 0;
}

void Asked::TellAnswered() const {
  // The broker counts a launcher as unanswered until this byte comes; then the person's next
  // request has its turn.
  const char byte = report_.Byte();
  (void)!write(deps.answered, &byte, 1);
}

release::Outcome<void> Asked::RecordFirst(const audit::Event& event, const std::string& what) {
  base::Result<std::uint64_t> recorded = base::Fail(base::Code::kUnavailable, "no audit writer");
  if (audit) recorded = audit->Record(event, kAuditDeadline);
  if (recorded) return {};
  if (recorded.error().code() == base::Code::kDenied) {
    return release::Refuse(
        release::kBusy, fmt::format("{}: {}; try again later", what, recorded.error().message()));
  }
  return release::Refuse(
      release::kCannotAudit,
      fmt::format("{}: nothing was done, because it cannot be recorded in the audit log: {}; tell "
                  "the gateway's administrator",
                  what, recorded.error().message()));
}

bool Asked::BecomeWatch(std::vector<int> fds, const std::string& what) const {
  const auto confined = role::Assume(
      role::kWatch, {.keep = std::move(fds), .user = deps.recorder, .log = deps.lines});
  if (!confined) deps.log(base::Level::kError, what + ": " + confined.error().message());
  return confined.has_value();
}

void Asked::Post(const audit::Event& event) {
  const base::Result<void> posted =
      audit ? audit->Post(event)
            : base::Fail(base::Code::kUnavailable, "no connection to the audit writer");
  if (posted) return;
  // The broker counts dropped events. RecordStart never drops the start of a run.
  report_.dropped = std::min(report_.dropped + 1, LauncherReport::kMostDropped);
}

}  // namespace launcher
