// Problem: one thing that is wrong in a configuration file, with its place, told to the person who
// wrote it.
//
// Readers collect all of them in one list and go on, so that a file is corrected in one go.
#ifndef ONEOFF_CONFIG_PROBLEM_H_
#define ONEOFF_CONFIG_PROBLEM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class Severity {
  kError,    // the file is not used
  kWarning,  // the file is used; somebody should look at it
};

struct Problem {
  Severity severity = Severity::kError;
  std::string file;
  std::size_t line = 0;    // from 1; 0: the file as a whole
  std::size_t column = 0;  // from 1, in bytes; 0: the line as a whole
  std::string message;
  std::string hint;         // what to do about it; may be empty
  std::string source_line;  // safe to print, cut to a window around the column; may be empty
  std::size_t caret = 0;    // where in source_line the column is, from 0

  // "FILE:LINE:COLUMN: MESSAGE; HINT": one line, without anything of the file beyond what the
  // message says. For logs.
  std::string Summary() const;
  // The summary, the source line and a caret below it. For the terminal of whoever owns the file:
  // the line may hold a value. Ends without a newline.
  std::string Render() const;
};

using Problems = std::vector<Problem>;

// Readers stop adding after this many.
inline constexpr std::size_t kMaxProblems = 200;

// Adds `problem`, or, when the list is full, once a sentence that says so.
void Add(Problems& problems, Problem problem);

// A problem of a whole file, or of its line `line` (from 1), without the line itself.
Problem ProblemOf(std::string_view file, std::size_t line, std::string message,
                  std::string hint = {});

// The same as a warning, added.
void Warn(Problems& problems, std::string_view file, std::size_t line, std::string message);

// Sets the source line and the caret from `line`, the line as it stands in the file, and
// problem.column.
void ShowLine(Problem& problem, std::string_view line);

bool HasErrors(const Problems& problems);

}  // namespace config

#endif  // ONEOFF_CONFIG_PROBLEM_H_
