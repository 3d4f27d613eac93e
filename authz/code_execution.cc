#include "authz/code_execution.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "config/program_name.h"

namespace authz {
namespace {

bool IsOneOf(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the person chooses the start of the word, and so could make it an option.
bool IsFree(std::string_view word) { return !word.empty() && word[0] == '*'; }

bool IsInterpreter(std::string_view program) {
  return IsOneOf(program, {"python", "ruby",    "perl", "node", "php",   "lua",     "sh",
                           "bash",   "dash",    "zsh",  "ksh",  "fish",  "busybox", "irb",
                           "pry",    "ipython", "deno", "bun",  "tclsh", "Rscript", "java"});
}

// Programs that can start other programs.
bool StartsOthers(std::string_view program) {
  return IsOneOf(program,
                 {"env",    "xargs",  "find",     "awk",   "gawk",   "mawk",    "sed",     "vi",
                  "vim",    "nvim",   "emacs",    "nano",  "less",   "more",    "man",     "tar",
                  "make",   "git",    "ssh",      "rsync", "nice",   "nohup",   "timeout", "time",
                  "setsid", "strace", "gdb",      "watch", "exec",   "command", "sudo",    "su",
                  "psql",   "mysql",  "sqlite",   "npm",   "npx",    "yarn",    "pnpm",    "pip",
                  "gem",    "bundle", "composer", "uv",    "poetry", "cpan"});
}

// Subcommands of `rails`, `manage.py` and `artisan` that take code.
bool TakesCode(std::string_view program, std::string_view subcommand) {
  if (program == "rails") return IsOneOf(subcommand, {"runner", "r"});
  if (program == "manage.py") return subcommand == "shell" || subcommand == "shell_plus";
  if (program == "artisan") return subcommand == "tinker";
  return false;
}

std::optional<std::string> OfInterpreter(const std::vector<std::string>& words) {
  const bool script =
      words.size() > 1 && words[1][0] != '-' && words[1].find('*') == std::string::npos;
  if (!script) return "runs any code: it is an interpreter, without a script that is named";
  if (words.size() > 2 && TakesCode(config::ProgramName(words[1]), words[2])) {
    return "runs any code: it takes a program to run";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> GrantsCodeExecution(const config::Pattern& pattern) {
  if (pattern.everything()) return "allows everything, without saying so by \"shell\": true";
  const std::vector<std::string> words = config::WithoutWrapper(pattern.words());
  if (words[0].find('*') != std::string::npos) return "runs any code: its first word is open";
  const std::string_view program = config::ProgramName(words[0]);
  if (IsInterpreter(program)) return OfInterpreter(words);
  const bool free_word =
      std::any_of(words.begin() + 1, words.end(), [](const std::string& w) { return IsFree(w); });
  const bool open = pattern.open_ended() || free_word;
  if (StartsOthers(program) && (open || words.size() == 1)) {
    return "runs any code: the program can start others";
  }
  if (words.size() > 1 && TakesCode(program, words[1])) {
    return "runs any code: it takes a program to run";
  }
  if (program == "rake" && (pattern.takes_options() || free_word)) {
    return "runs any code: rake's options (-e, -f, -r) take a program to run";
  }
  if (IsOneOf(program, {"rails", "manage.py", "artisan"}) && words.size() == 1 && open) {
    return "runs any code: its subcommands include one that takes a program to run";
  }
  return std::nullopt;
}

}  // namespace authz
