#include "release/command/shell_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace release {
namespace {

constexpr std::string_view kStartsInRelease = "every command starts in the release's folder";
constexpr std::string_view kQuoteOnceMore =
    "if it is meant literally, quote it once more (your own shell takes the first quotes off)";

// A program that runs text in its own language, and how it reads that from a file instead.
struct Interpreter {
  std::string_view words;
  std::string_view from_file;
};
constexpr std::array kInterpreters = std::to_array<Interpreter>({
    {"rails runner", "rails runner - < fix.rb"},
    {"rails r", "rails runner - < fix.rb"},
    {"ruby -e", "ruby - < fix.rb"},
    {"python3 -c", "python3 - < fix.py"},
    {"python -c", "python - < fix.py"},
    {"perl -e", "perl - < fix.pl"},
    {"php -r", "php < fix.php"},
    {"node -e", "node - < fix.js"},
});

// The words of the command up to the stop, without run: words and assignments.
std::vector<std::string> CommandWords(const ShellSplit& split) {
  std::vector<std::string> words;
  for (const ShellWord& word : split.words) {
    const bool leading =
        words.empty() && (word.text.starts_with("run:") || word.text.find('=') < word.unquoted);
    if (!leading) words.push_back(word.text);
  }
  return words;
}

// Advice for program text that lost its quotes on the way (the client's shell removes one level):
// how to keep them, or how to do without. Empty if the command takes no program text.
std::string ProgramTextAdvice(std::string_view string, const ShellSplit& split) {
  std::vector<std::string> words = CommandWords(split);
  const std::size_t first = split.words.size() - words.size();
  if (words.size() > 2 && words[0] == "bundle" && words[1] == "exec") {
    words.erase(words.begin(), words.begin() + 2);
  }
  if (!words.empty() && words[0].starts_with("bin/")) words[0].erase(0, 4);
  if (words.size() < 2) return {};
  const std::string called = words[0] + " " + words[1];
  const auto* found = std::find_if(kInterpreters.begin(), kInterpreters.end(),
                                   [&](const Interpreter& known) { return known.words == called; });
  if (found == kInterpreters.end()) return {};
  // The text begins after the option: it is the third word, which may hold the stop.
  const std::size_t option = split.words.size() - words.size() + 1;
  const std::size_t begin =
      option + 1 < split.words.size() ? split.words[option + 1].begin : split.stop->word_begin;
  const std::string_view text = string.substr(begin);
  const std::size_t command = split.words[first].begin;
  if (text.size() > 120 || text.find_first_of("'\"\\$`!\n") != std::string_view::npos) {
    return fmt::format("quote the program text once more, or {}", found->from_file);
  }
  return fmt::format("quote it once more: \"{}'{}'\", or {}",
                     base::Escape(string.substr(command, begin - command)), base::Escape(text),
                     found->from_file);
}

std::string AdviceFor(char c, bool in_double_quotes) {
  switch (c) {
    case '$':
      return fmt::format("variables are not expanded here: type the value; {}", kQuoteOnceMore);
    case '`':
      return fmt::format("nothing is substituted here: type the text itself; {}", kQuoteOnceMore);
    case ';':
    case '\n':
      return "type one command at a time, each with its own ssh";
    case '&':
      return "type one command at a time, each with its own ssh; a run in the background is ended "
             "with its command";
    case '|':
      return "a pipe belongs to your side: leave it outside the quotes, and it runs on your "
             "machine";
    case '<':
    case '>':
      return "a redirection belongs to your side: leave it outside the quotes, and the file is on "
             "your machine";
    case '*':
    case '?':
      return fmt::format("file names are not expanded here: type them; {}", kQuoteOnceMore);
    case '~':
      return "home directories are not expanded here: type the path";
    case '{':
      return fmt::format("braces are not expanded here: type the words; {}", kQuoteOnceMore);
    default:
      return std::string(in_double_quotes ? "use single quotes" : kQuoteOnceMore);
  }
}

// The rest of a `cd` line after the first `&&` or `;`.
std::string_view BehindCd(std::string_view line) {
  const std::size_t at = line.find_first_of("&;");
  if (at == std::string_view::npos) return {};
  std::string_view rest = line.substr(at);
  rest.remove_prefix(std::min(rest.find_first_not_of("&; \t"), rest.size()));
  return base::Trim(rest);
}

// The word after `cd`, if it is plain; another command may follow without a blank.
std::string BehindFirstWord(std::string_view line) {
  const auto stop = SplitShellWords(line).stop;
  if (stop && std::string_view("&;\n").find(line[stop->offset]) != std::string_view::npos) {
    line = line.substr(0, stop->offset);
  }
  const ShellSplit split = SplitShellWords(line);
  return split.words.size() > 1 ? split.words[1].text : std::string();
}

std::string_view WithoutSlash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

void AdviseAboutFolder(const App& app, const std::string& directory, NeedsShell& needs) {
  if (needs.folder.empty()) return;
  const std::string_view folder = WithoutSlash(needs.folder);
  const bool there = folder == "." || folder == directory || folder == app.root + "/current" ||
                     (directory == app.root && folder == app.root);
  const std::string rest = base::Escape(needs.rest);
  if (there && rest.empty()) {
    needs.advice = "every command starts in the release: you are already there";
  } else if (there) {
    needs.advice = "you are already in the release: " + rest;
  } else {
    needs.advice = fmt::format("{}, {}; name files elsewhere by their paths", kStartsInRelease,
                               base::Escape(directory, 1000));
  }
}

NeedsShell DescribeSpecial(std::string_view string, const ShellSplit& split) {
  const ShellSplit::Stop& stop = *split.stop;
  const char c = string[stop.offset];
  const std::string name = c == '\n' ? "a newline" : fmt::format("'{}'", c);
  NeedsShell needs;
  needs.column = stop.offset + 1;
  if (stop.in_double_quotes) {
    needs.what = name + " in double quotes";
  } else if (c == '~' || c == '#') {
    needs.what = name + " at a word's start";
  } else {
    needs.what = c == '\n' ? std::string("an unquoted newline") : "an unquoted " + name;
  }
  // A pipe, a redirection or a second command is not part of the program text.
  if (std::string_view("|<>&\n").find(c) == std::string_view::npos) {
    needs.advice = ProgramTextAdvice(string, split);
  }
  if (needs.advice.empty()) needs.advice = AdviceFor(c, stop.in_double_quotes);
  return needs;
}

NeedsShell DescribeShellWord(std::string_view string, const ShellWord& word) {
  NeedsShell needs;
  needs.column = word.begin + 1;
  needs.what = fmt::format("'{}', a word that only a shell knows,", word.text);
  const std::string_view line = string.substr(word.begin);
  if (word.text == "cd" || word.text == "pushd") {
    needs.rest = BehindCd(line);
    needs.folder = BehindFirstWord(line);
    needs.advice = kStartsInRelease;
  } else if (word.text == "export" || word.text == "set" || word.text == "unset") {
    needs.advice =
        "config comes with the release; for one command, NAME=value stands in front of it";
  } else if (word.text == "exec" || word.text == "command" || word.text == "builtin") {
    needs.advice = fmt::format("leave '{}' out", word.text);
  } else if (word.text == "source" || word.text == ".") {
    needs.advice = "config comes with the release; a script of its own runs by its path";
  } else {
    needs.advice = "put it into a script of the release and run that";
  }
  return needs;
}

}  // namespace release
