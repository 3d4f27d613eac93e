// CommandLine: the one string of an SSH exec request (RFC 4254 6.5), split into words by the POSIX
// shell's quoting rules (POSIX.1-2017, XCU 2.2) only.
//
// Nothing is expanded or guessed. If the string needs a shell, the result names the first such
// thing, its column and what to type instead: for a rule that grants a shell, or for a refusal.
//
//   auto line = release::ParseCommandLine("RAILS_ENV=test rake db:migrate");
//   if (!line) ... line.error().message ...
//   line->assignments;  // {"RAILS_ENV", "test"}
//   line->words;        // {"rake", "db:migrate"}
#ifndef ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_
#define ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/refusal.h"

namespace release {

// Bytes: Linux's limit for one argument (MAX_ARG_STRLEN, without its NUL), which sshd has, too.
inline constexpr std::size_t kMaxCommandLine = 131'071;

// A leading NAME=value word.
struct Assignment {
  std::string name;   // [A-Za-z_][A-Za-z0-9_]*, without quotes; of any length
  std::string value;  // without its quotes; may be empty
};

// The first thing in the string that only a shell understands.
struct NeedsShell {
  std::string what;        // "an unquoted '|'"
  std::size_t column = 0;  // from 1, in bytes of the whole string
  std::string advice;      // what to type instead: a clause, without a full stop
  // Of `cd FOLDER && REST`: both as typed, the folder without quotes; otherwise empty.
  std::string folder;
  std::string rest;
};

// The `run:` words that may come first, in any order.
struct RunWords {
  bool explain = false;   // run:explain: say what would happen, run nothing
  bool no_pty = false;    // run:nopty: pipes, although the client asked for a pty
  bool detached = false;  // run:detached: starts without a client; attach comes later
};

struct CommandLine {
  RunWords run;
  // The string without its leading run: words. `/bin/sh -c` gets it, and messages and records show
  // it. It may hold any byte but NUL.
  std::string text;
  // If set, `text` needs a shell, and assignments and words are empty.
  std::optional<NeedsShell> needs_shell;
  std::vector<Assignment> assignments;
  std::vector<std::string> words;

  // Whether nothing was typed, except perhaps run: words.
  bool bare() const { return !needs_shell && assignments.empty() && words.empty(); }
};

// Whose words the string has. A gateway's own command may have a name that shells have, too:
// `wait`.
enum class Whose { kApps, kGateways };

// kUsage for: more than kMaxCommandLine bytes, a NUL, an open quote, assignments without a command,
// and a run: word that is unknown, not supported by this version, or not at the start.
Outcome<CommandLine> ParseCommandLine(std::string_view string, Whose whose = Whose::kApps);

// A string that splits into exactly these words, which a shell has already split. Leading
// NAME=value words stay assignments, and leading run: words stay what they are.
std::string Retyped(const std::vector<std::string>& words);

// The refusal of a person without a rule that grants a shell.
Refusal RefuseShell(const NeedsShell& needs);

// The words of the app's own text (a Procfile's command), for a policy to match. Empty if the text
// is more than plain words. Leading assignments and run: words of the text are left out.
std::vector<std::string> PlainWords(std::string_view text);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_COMMAND_LINE_H_
