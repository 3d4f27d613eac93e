#include "authz/code_execution.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "config/program_name.h"
#include "config/starters.h"

namespace authz {
namespace {

using Words = std::span<const std::string>;
using Names = std::vector<std::string_view>;

bool IsOneOf(std::string_view word, const Names& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsOption(std::string_view word) { return word.starts_with('-'); }

// Whether the person chooses the start of the word, and so could make it an option.
bool IsFree(std::string_view word) { return !word.empty() && word[0] == '*'; }

// Programs that start others where their options or words say so.
bool StartsOthers(std::string_view program) {
  return config::IsStarter(program) ||
         IsOneOf(program,
                 {"find",   "awk",    "gawk",     "mawk", "sed",     "tar",     "make",   "gmake",
                  "git",    "ssh",    "rsync",    "npm",  "yarn",    "pnpm",    "pip",    "gem",
                  "cpan",   "docker", "composer", "go",   "cargo",   "podman",  "nc",     "ncat",
                  "socat",  "gradle", "gradlew",  "mvn",  "ant",     "sbt",     "lein",   "invoke",
                  "fab",    "grunt",  "gulp",     "jake", "thor",    "kubectl", "dotnet", "erl",
                  "expect", "screen", "tmux",     "iex",  "parallel"});
}

// Their user can start a shell from them, whichever file they show: `!` in less, `:!` in vim.
bool IsInteractive(std::string_view program) {
  return IsOneOf(program,
                 {"less",   "zless",  "more", "most", "man", "journalctl", "bat",  "vi",     "vim",
                  "nvim",   "view",   "ex",   "ed",   "red", "emacs",      "nano", "pico",   "mc",
                  "telnet", "ftp",    "sftp", "lftp", "gdb", "mutt",       "mail", "screen", "tmux",
                  "script", "expect", "irb",  "pry",  "erl", "iex"});
}

// Database clients open a console, unless a word holds the statement: `\!` in psql, `.shell` in
// sqlite3.
bool OpensDatabase(std::string_view program, Words arguments) {
  const auto operands = std::count_if(arguments.begin(), arguments.end(),
                                      [](const std::string& word) { return !IsOption(word); });
  if (program == "sqlite") return operands < 2;
  if (program == "redis-cli") return operands < 1;
  if (!IsOneOf(program, {"psql", "mysql", "mariadb", "mongosh", "mongo"})) return false;
  return std::none_of(arguments.begin(), arguments.end(), [](std::string_view word) {
    return IsOneOf(word.substr(0, word.find('=')),
                   {"-c", "--command", "-e", "--execute", "--eval", "-f", "--file", "-l"});
  });
}

// Subcommands that take code or open a console; empty: no framework.
Names CodeOf(std::string_view program) {
  if (program == "rails") return {"runner", "r", "console", "c", "dbconsole", "db"};
  if (program == "manage.py") return {"shell", "shell_plus", "dbshell"};
  if (program == "artisan") return {"tinker", "db"};
  if (program == "console") return {"psysh", "dbal:run-sql"};
  if (program == "mix") return {"run", "eval", "cmd"};
  if (program == "flask") return {"shell"};
  if (program == "wp") return {"eval", "eval-file", "shell", "db"};
  if (program == "drush") return {"php", "php:cli", "php:eval", "ev", "sql:cli", "sqlc"};
  return {};
}

bool TakesCode(const Names& code, std::string_view glob) {
  return std::any_of(code.begin(), code.end(), [glob](std::string_view subcommand) {
    return config::MatchesGlob(glob, subcommand);
  });
}

// `words` begin with the framework's program.
std::optional<std::string> OfFramework(const Names& code, Words words, bool open) {
  if (words.size() == 1) {
    if (!open) return std::nullopt;
    return "runs any code: its subcommands include one that takes a program to run";
  }
  // An option may take a value: each word behind one may be the subcommand.
  const Words subcommands = IsOption(words[1]) ? words.subspan(1) : words.subspan(1, 1);
  const bool takes = std::any_of(subcommands.begin(), subcommands.end(),
                                 [&](const std::string& word) { return TakesCode(code, word); });
  if (takes) return "runs any code: it takes a program to run";
  if (open && IsOption(words.back())) {
    return "runs any code: its subcommands include one that takes a program to run";
  }
  return std::nullopt;
}

// `words` begin with an interpreter.
std::optional<std::string> OfInterpreter(Words words, bool open) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Names code = CodeOf(config::ProgramName(words[i]));
    if (!code.empty()) return OfFramework(code, words.subspan(i), open);
  }
  const bool script =
      words.size() > 1 && !IsOption(words[1]) && words[1].find('*') == std::string::npos;
  if (script) return std::nullopt;
  return "runs any code: it is an interpreter, without a script that is named";
}

// `words` begin with a program.
std::optional<std::string> OfProgram(const config::Pattern& pattern, Words words) {
  const std::string_view program = config::ProgramName(words[0]);
  const bool free_word = std::any_of(words.begin() + 1, words.end(),
                                     [](const std::string& word) { return IsFree(word); });
  const bool open = pattern.open_ended() || free_word;
  if (config::IsInterpreter(program)) return OfInterpreter(words, open);
  const Names code = CodeOf(program);
  if (!code.empty()) return OfFramework(code, words, open);
  if (StartsOthers(program) && (open || (words.size() == 1 && config::IsStarter(program)))) {
    return "runs any code: the program can start others";
  }
  if (IsInteractive(program) || OpensDatabase(program, words.subspan(1))) {
    return "runs any code: its user can start a shell from it";
  }
  if (program == "rake" && (pattern.takes_options() || free_word)) {
    return "runs any code: rake's options (-e, -f, -r) take a program to run";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> GrantsCodeExecution(const config::Pattern& pattern) {
  if (pattern.everything()) return "allows everything, without saying so by \"shell\": true";
  const std::vector<std::string> words = config::WithoutWrapper(pattern.words());
  if (words[0].find('*') != std::string::npos) return "runs any code: its first word is open";
  // `timeout 60 less log/*`: each word behind a starter may be the program.
  bool started = true;
  for (std::size_t i = 0; i < words.size() && started; ++i) {
    if (auto why = OfProgram(pattern, Words(words).subspan(i))) return why;
    started = i > 0 || config::IsStarter(words[0]);
  }
  return std::nullopt;
}

}  // namespace authz
