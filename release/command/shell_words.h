// Splitting by the POSIX shell's quoting rules, up to the first thing that only a shell
// understands.
#ifndef ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_
#define ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace release {

struct ShellWord {
  std::string text;          // quotes taken off
  std::size_t begin = 0;     // of its first byte in the string, quotes included
  std::size_t unquoted = 0;  // how many bytes of `text`, from its start, stood without quotes
};

struct ShellSplit {
  // Where splitting ended early.
  struct Stop {
    enum class Why { kSpecial, kOpenQuote } why = Why::kSpecial;
    std::size_t offset = 0;      // of the byte, from 0
    std::size_t word_begin = 0;  // of the word that it is in; its own offset between words
    bool in_double_quotes = false;
  };
  std::vector<ShellWord> words;  // whole ones before the stop
  std::optional<Stop> stop;
  std::size_t end = 0;  // where the newlines at the string's end begin; its size if there are none
};

// Blanks and newlines in front and at the end are no part of a command.
//
// Special: `$` or a backquote, unquoted or in double quotes; unquoted `; | & < > ( )`, a newline,
// `*`, `?`; `~` or `#` at a word's start; a `{` whose braces hold `,` or `..`. A backslash before a
// newline takes both away (POSIX.1-2017, XCU 2.2.1); one at the very end is an open quote.
ShellSplit SplitShellWords(std::string_view string);

// Whether the word, as the first of a command, means something to a shell only: `cd`, `if`, `!`.
bool OnlyAShellKnows(std::string_view word);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHELL_WORDS_H_
