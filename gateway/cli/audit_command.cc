#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/paths.h"
#include "gateway/audit/show.h"
#include "gateway/audit/verify.h"
#include "gateway/cli/command.h"
#include "gateway/run/registry.h"

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

// Asks the registry, if there is one: only it knows which runs need not have ended.
audit::Running RunningUnder(const std::string& lib) {
  if (access((lib + "/runs").c_str(), F_OK) != 0) return {};
  auto registry = run::Registry::Open(lib);
  if (!registry) return {};
  const auto shared =
      std::make_shared<run::Registry>(std::move(*registry));  // owned by the function
  return [shared](std::string_view id) { return shared->Find(std::string(id)).has_value(); };
}

std::string_view Describe(audit::Verdict verdict) {
  switch (verdict) {
    case audit::Verdict::kSound:
      return "sound";
    case audit::Verdict::kDamaged:
      return "damaged";
    case audit::Verdict::kIncomplete:
      return "incomplete";
    case audit::Verdict::kCannotTell:
      break;
  }
  return "cannot tell";
}

std::string Count(std::uint64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

int Verify(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  const audit::Report report = audit::Verify(paths.audit, RunningUnder(paths.lib));
  for (const audit::Finding& finding : report.findings) {
    PrintLine(stdout, audit::Describe(finding));
  }
  if (report.more_findings > 0) {
    PrintLine(stdout, "and " + std::to_string(report.more_findings) + " findings more");
  }
  std::string summary = paths.audit + ": " + std::string(Describe(report.verdict)) + ": " +
                        Count(report.records, "record", "records") + " in " +
                        Count(report.files, "file", "files");
  if (report.recoveries > 0) summary += ", " + Count(report.recoveries, "recovery", "recoveries");
  if (report.records > 0) {
    summary += "; the last is " + std::to_string(report.last) + ", sha256 " + report.head;
  }
  PrintLine(stdout, summary);
  return static_cast<int>(report.verdict);
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
  CLI::App* const verify =
      audit->add_subcommand("verify",
                            "Check every record's place in the chain; 0: sound, 1: damaged, 2: "
                            "incomplete, 3: cannot tell");
  verify->footer("Examples:\n  oneoff audit verify\n  oneoff --root /tmp/try audit verify");
  verify->callback([&shared] { shared.status = Verify(shared); });
}

}  // namespace cli
