#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/audit/event.h"
#include "gateway/audit/show.h"
#include "gateway/cli/command.h"
#include "gateway/cli/rules_then.h"

namespace cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 64;
constexpr int kLookAgainMs = 2000;

struct Question {
  audit::Filter filter;
  std::string since;
  std::string until;
  bool json = false;
  bool follow = false;
};

void PrintLine(std::FILE* stream, std::string_view line) {
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stream));
  static_cast<void>(std::fputc('\n', stream));
}

int Complain(const std::string& message, int status) {
  PrintLine(stderr, "oneoff: audit: " + message);
  return status;
}

// Waits until a process writes in a directory.
class Changes {
 public:
  explicit Changes(const std::string& directory)
      : inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    inotify_add_watch(inotify_.get(), directory.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  }

  // Returns false if no process reads stdout any more.
  bool Wait() {
    if (std::fflush(stdout) != 0) return false;
    std::array<pollfd, 2> ready = {pollfd{inotify_.get(), POLLIN, 0}, pollfd{STDOUT_FILENO, 0, 0}};
    // inotify(7) reports no changes that another host makes on a network file system, so poll also
    // times out.
    poll(ready.data(), ready.size(), kLookAgainMs);
    alignas(inotify_event) std::array<char, 4096> buffer{};
    while (read(inotify_.get(), buffer.data(), buffer.size()) > 0) {
    }
    return (ready[1].revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
  }

 private:
  base::UniqueFd inotify_;
};

// The moment that `text` names; empty if `text` is empty.
base::Result<std::string> Moment(const char* option, const std::string& text) {
  if (text.empty()) return std::string();
  auto moment = audit::ParseSince(text, base::SystemClock().Now());
  if (!moment) return base::Fail(std::move(moment.error()).Context(option));
  return moment;
}

int Show(const Shared& shared, Question question) {
  auto since = Moment("--since", question.since);
  if (!since) return Complain(since.error().message(), kUsage);
  auto until = Moment("--until", question.until);
  if (!until) return Complain(until.error().message(), kUsage);
  question.filter.since = std::move(*since);
  question.filter.until = std::move(*until);
  const std::string directory = config::Paths::Under(shared.root).audit;
  const audit::Form form = question.json ? audit::Form::kJson : audit::Form::kTable;
  const auto print = [](std::string_view line) { PrintLine(stdout, line); };
  Changes changes(directory);
  const auto shown = question.follow ? audit::Follow(directory, question.filter, form, print,
                                                     [&] { return changes.Wait(); })
                                     : audit::Show(directory, question.filter, form, print);
  if (!shown) return Complain(shown.error().message(), kFailed);
  if (question.filter.run.empty() || question.follow || question.json) return 0;
  // The records are printed, so a missing rule is no failure.
  if (const auto rules = PrintRulesThen(config::Paths::Under(shared.root), question.filter);
      !rules) {
    (void)Complain("the rule as it read then: " + rules.error().message(), 0);
  }
  return 0;
}

std::vector<std::string> Outcomes() {
  std::vector<std::string> names = {"ok", "failed", "denied"};
  for (int how = 0; how <= static_cast<int>(audit::How::kLast); ++how) {
    names.emplace_back(audit::Name(static_cast<audit::How>(how)));
  }
  return names;
}

// Returns an error message if no event has this name or this prefix; else empty.
std::string CheckEvent(const std::string& name) {
  for (const std::string_view event : audit::kEventNames) {
    if (event == name || event.starts_with(name + ".")) return {};
  }
  return fmt::format("{}: there is no such event; there are {}", base::Quote(name, 40),
                     fmt::join(audit::kEventNames, ", "));
}

void AddShow(CLI::App& audit, Shared& shared) {
  CLI::App* const show = audit.add_subcommand("show", "Print the records that match every option");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  show->add_option("--app", question->filter.app, "Of this app");
  show->add_option("--who", question->filter.who, "Of this person");
  show->add_option("--run", question->filter.run,
                   "Of this run: its id or its beginning; for root also the rule as it read then");
  show->add_option("--event", question->filter.event,
                   "Of this kind, such as run.denied, or run for all of them")
      ->check(CheckEvent);
  show->add_option("--since", question->since,
                   "From 2026-03-01, 2026-03-01T09:30 (UTC), or 15m, 2h, 3d ago");
  show->add_option("--until", question->until, "Before such a moment");
  show->add_option("--rule", question->filter.rule, "Of what this rule allowed or denied");
  show->add_option("--outcome", question->filter.outcome,
                   "Of runs that ended so; ok: exited with 0, failed: any other end or a denial")
      ->check(CLI::IsMember(Outcomes()));
  show->add_flag("-f,--follow", question->follow, "Go on with what comes, until Ctrl-C");
  show->add_flag("--json", question->json, "One JSON object a line, with the whole record");
  show->footer(
      "Examples:\n"
      "  oneoff audit show --since 2h\n"
      "  oneoff audit show --who alice --event run.denied\n"
      "  oneoff audit show --app shop --outcome failed --since 3d\n"
      "  oneoff audit show --follow --json");
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
