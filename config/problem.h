// Problem: one error or warning in a configuration file, with its position, for the person who
// wrote the file.
//
// Readers collect all problems in one list and go on, so that all of them can be corrected at once.
#ifndef ONEOFF_CONFIG_PROBLEM_H_
#define ONEOFF_CONFIG_PROBLEM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class Severity {
  kError,    // the file is not used
  kWarning,  // the file is used; the operator should look at it
};

struct Problem {
  Severity severity = Severity::kError;
  std::string file;
  std::size_t line = 0;    // from 1; 0: the whole file
  std::size_t column = 0;  // from 1, in bytes; 0: the whole line
  std::string message;
  std::string hint;         // what to do; may be empty
  std::string source_line;  // safe to print, cut to a window around the column; may be empty
  std::size_t caret = 0;    // offset in source_line of the column, from 0

  // "FILE:LINE:COLUMN: MESSAGE; HINT", with "warning: " before a warning's message: one line, safe
  // to print. It shows no text of the file except what the message quotes. For logs.
  std::string Summary() const;
  // The summary, the source line and a caret below it, without a newline at the end. Only for the
  // terminal of the file's owner: the line may hold a secret value.
  std::string Render() const;
};

using Problems = std::vector<Problem>;

// Readers add no more than this.
inline constexpr std::size_t kMaxProblems = 200;

// Adds `problem`. If the list is full, adds once a sentence that says so, as an error: a problem
// that is not in the list may be one. So a file with more than kMaxProblems warnings is not used.
void Add(Problems& problems, Problem problem);

// A problem of a whole file, or of its line `line` (from 1). It does not show the line.
Problem ProblemOf(std::string_view file, std::size_t line, std::string message,
                  std::string hint = {});

// Adds the same as a warning.
void Warn(Problems& problems, std::string_view file, std::size_t line, std::string message);

// Sets source_line and caret from `line`, the text of the file's line, and from problem.column.
// Shows at most 100 bytes, from at most 60 bytes before the column on; each byte that is not
// printable ASCII becomes one '?' (a tab becomes a space), so that the caret stands below its byte.
void ShowLine(Problem& problem, std::string_view line);

// Whether one of them has Severity::kError.
bool HasErrors(const Problems& problems);

}  // namespace config

#endif  // ONEOFF_CONFIG_PROBLEM_H_
