// Splits by the POSIX shell's quoting rules, up to the first thing that only a shell understands.
//
// It never expands, and takes any bytes. ParseCommandLine is the function for a whole command: this
// one knows neither run: words nor assignments.
#ifndef ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_
#define ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace release {

struct ShellWord {
  std::string text;          // without its quotes
  std::size_t begin = 0;     // offset of its first byte in the string, quotes included
  std::size_t unquoted = 0;  // how many bytes at the start of `text` had no quotes
};

struct ShellSplit {
  // Where the split ended early.
  struct Stop {
    enum class Why { kSpecial, kOpenQuote } why = Why::kSpecial;
    std::size_t offset = 0;  // of the byte, from 0
    // Of the word that holds the byte; between words the byte's own offset.
    std::size_t word_begin = 0;
    bool in_double_quotes = false;
  };
  std::vector<ShellWord> words;  // complete words before the stop
  std::optional<Stop> stop;
  std::size_t end = 0;  // where the newlines at the string's end begin; without any, its size
};

// Blanks and newlines at the start and the end are not part of a command.
//
// Special are: `$` and a backquote, unquoted or in double quotes; unquoted `; | & < > ( )`, a
// newline, `*`, `?`; `~` or `#` at a word's start; a `{` whose braces hold `,` or `..`. A backslash
// and a newline are removed together (POSIX.1-2017, XCU 2.2.1); a backslash at the very end is an
// open quote.
ShellSplit SplitShellWords(std::string_view string);

// Whether the word has a meaning to a shell only, as the first of a command: `cd`, `if`, `!`.
bool OnlyAShellKnows(std::string_view word);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_
