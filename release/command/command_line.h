// CommandLine: the one string that ssh sends, split into words by the POSIX shell's quoting rules
// (POSIX.1-2017, XCU 2.2) and by nothing else.
//
// Nothing is expanded and nothing is guessed: what only a shell could understand is named, with its
// column and with what to type instead, for a rule that grants a shell or for a refusal.
#ifndef ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_
#define ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/refusal.h"

namespace release {

// Bytes: what Linux takes as one argument (MAX_ARG_STRLEN, without its NUL), and so sshd.
inline constexpr std::size_t kMaxCommandLine = 131'071;

// A leading NAME=value word.
struct Assignment {
  std::string name;  // [A-Za-z_][A-Za-z0-9_]*
  std::string value;
};

// What the string holds that only a shell understands: the first such thing.
struct NeedsShell {
  std::string what;        // "an unquoted '|'"
  std::size_t column = 0;  // from 1, in bytes of the whole string
  std::string advice;      // what to type instead: a clause, without a full stop
  // Of a `cd FOLDER && REST`: both as typed, the folder without quotes; else empty.
  std::string folder;
  std::string rest;
};

// The `run:` words that may stand in front, in any order.
struct RunWords {
  bool explain = false;  // run:explain: say what would happen, run nothing
  bool no_pty = false;   // run:nopty: pipes, although the client asked for a pty
};

struct CommandLine {
  RunWords run;
  // The string without its leading run: words: what `/bin/sh -c` gets, and what messages and
  // records show. May be any bytes but NUL.
  std::string text;
  // Set: `text` needs a shell; then assignments and words are empty.
  std::optional<NeedsShell> needs_shell;
  std::vector<Assignment> assignments;
  std::vector<std::string> words;

  // Nothing was typed but, perhaps, run: words.
  bool bare() const { return !needs_shell && assignments.empty() && words.empty(); }
};

// kUsage for: over kMaxCommandLine, a NUL, a quote that is not closed, assignments without a
// command, a run: word that is unknown, not acted on by this version, or not in front.
Outcome<CommandLine> ParseCommandLine(std::string_view string);

// The string that splits into exactly these words, which a shell has split already. Leading
// NAME=value words stay what they are.
std::string Retyped(const std::vector<std::string>& words);

// The refusal for whom no rule grants a shell.
Refusal RefuseShell(const NeedsShell& needs);

// The words of a text that is the app's own (a Procfile's command), or none if it is not plain
// words: what a policy may look at.
std::vector<std::string> PlainWords(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_
