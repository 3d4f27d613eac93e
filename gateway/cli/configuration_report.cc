#include "gateway/cli/configuration_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

namespace cli {
namespace {

std::string Count(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

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
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace cli
