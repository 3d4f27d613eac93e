#include "config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace config {
namespace {

constexpr std::size_t kBefore = 60;  // bytes of a long line that are shown in front of the column
constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kShown = 100;  // bytes of a line that are shown in all

}  // namespace

std::string Problem::Summary() const {
  std::string text = base::Escape(file, 4096);
  if (line != 0) text += fmt::format(":{}", line);
  if (line != 0 && column != 0) text += fmt::format(":{}", column);
  text += severity == Severity::kWarning ? ": warning: " : ": ";
  // They quote the file, and go to terminals and logs.
  text += base::Escape(message, kMaxText);
  if (!hint.empty()) text += "; " + base::Escape(hint, kMaxText);
  return text;
}

std::string Problem::Render() const {
  std::string text = Summary();
  if (source_line.empty()) return text;
  text += "\n    " + source_line;
  if (column != 0) text += "\n    " + std::string(caret, ' ') + "^";
  return text;
}

// Bounded: a file of garbage must not fill the operator's log.
void Add(Problems& problems, Problem problem) {
  if (problems.size() < kMaxProblems) {
    problems.push_back(std::move(problem));
  } else if (problems.size() == kMaxProblems) {
    Problem last = ProblemOf(problem.file, 0, "further problems are not listed");
    problems.push_back(std::move(last));
  }
}

Problem ProblemOf(std::string_view file, std::size_t line, std::string message, std::string hint) {
  Problem problem;
  problem.file = std::string(file);
  problem.line = line;
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

void Warn(Problems& problems, std::string_view file, std::size_t line, std::string message) {
  Problem problem = ProblemOf(file, line, std::move(message));
  problem.severity = Severity::kWarning;
  Add(problems, std::move(problem));
}

void ShowLine(Problem& problem, std::string_view line) {
  const std::size_t at = problem.column == 0 ? 0 : std::min(problem.column - 1, line.size());
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  problem.source_line.clear();
  if (from > 0) problem.source_line = "...";
  problem.caret = problem.source_line.size();
  const std::string_view shown = line.substr(from, kShown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    // A control or non-ASCII byte is shown as one character, so that the caret stays below its
    // byte.
    const char byte = shown[i];
    problem.source_line += byte == '\t' ? ' ' : byte < ' ' || byte > '~' ? '?' : byte;
  }
  problem.caret += at - from;
  if (from + shown.size() < line.size()) problem.source_line += "...";
}

bool HasErrors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.severity == Severity::kError; });
}

}  // namespace config
