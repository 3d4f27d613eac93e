#include "gateway/cli/configuration_report.h"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace cli {
namespace {

std::string Count(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

void CheckAccounts(const authz::Policy& policy, config::Problems& problems) {
  for (const auto& [account, user] : policy.unix_users()) {
    if (getpwnam(account.c_str()) != nullptr) continue;  // NOLINT(concurrency-mt-unsafe)
    config::Problem problem = config::ProblemOf(
        policy.file(), user.line,
        fmt::format("unix_users: this host has no account {}", base::Quote(account, 64)));
    problem.severity = config::Severity::kWarning;
    Add(problems, std::move(problem));
  }
}

void PrintProblems(const config::Problems& problems) {
  if (problems.empty()) return;
  std::string text;
  for (const config::Problem& problem : problems) text += problem.Render() + "\n";
  const auto errors = static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(),
      [](const config::Problem& problem) { return problem.severity == config::Severity::kError; }));
  const std::size_t warnings = problems.size() - errors;
  std::string counts;
  if (errors != 0) counts = Count(errors, "error");
  if (warnings != 0) counts += (counts.empty() ? "" : ", ") + Count(warnings, "warning");
  text += fmt::format("oneoff: {}\n", counts);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace cli
