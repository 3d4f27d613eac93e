#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/paths.h"
#include "gateway/audit/show.h"
#include "gateway/cli/command.h"

namespace cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 64;

struct Question {
  audit::Filter filter;
  std::string since;
  bool json = false;
};

void PrintLine(std::FILE* stream, std::string_view line) {
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stream));
  static_cast<void>(std::fputc('\n', stream));
}

int Complain(const std::string& message, int status) {
  PrintLine(stderr, "oneoff: audit: " + message);
  return status;
}

int Show(const Shared& shared, Question question) {
  if (!question.since.empty()) {
    auto since = audit::ParseSince(question.since, base::SystemClock().Now());
    if (!since) return Complain("--since " + since.error().message(), kUsage);
    question.filter.since = std::move(*since);
  }
  const auto shown = audit::Show(config::Paths::Under(shared.root).audit, question.filter,
                                 question.json ? audit::Form::kJson : audit::Form::kTable,
                                 [](std::string_view line) { PrintLine(stdout, line); });
  return shown ? 0 : Complain(shown.error().message(), kFailed);
}

void AddShow(CLI::App& audit, Shared& shared) {
  CLI::App* const show = audit.add_subcommand("show", "Print the records that match every option");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  show->add_option("--app", question->filter.app, "Of this app");
  show->add_option("--who", question->filter.who, "Of this person");
  show->add_option("--run", question->filter.run, "Of this run: its id or its beginning");
  show->add_option("--event", question->filter.event,
                   "Of this kind, such as run.denied, or run for all of them");
  show->add_option("--since", question->since,
                   "From 2026-03-01, 2026-03-01T09:30 (UTC), or 15m, 2h, 3d ago");
  show->add_flag("--json", question->json, "One JSON object a line, with the whole record");
  show->footer(
      "Examples:\n"
      "  oneoff audit show --since 2h\n"
      "  oneoff audit show --who alice --event run.denied\n"
      "  oneoff audit show --app shop --json");
  show->callback([&shared, question] { shared.status = Show(shared, *question); });
}

}  // namespace

void AddAudit(CLI::App& app, Shared& shared) {
  CLI::App* const audit =
      app.add_subcommand("audit", "Read the audit log, and prove that it is whole");
  audit->require_subcommand(1);
  AddShow(*audit, shared);
  AddAuditVerify(*audit, shared);
  AddAuditKey(*audit, shared);
}

}  // namespace cli
