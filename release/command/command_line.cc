#include "release/command/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "release/command/shell_advice.h"
#include "release/command/shell_words.h"

namespace release {
namespace {

constexpr std::string_view kRunPrefix = "run:";

bool IsNameStart(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// NAME=value, with NAME= outside quotes.
std::optional<Assignment> AsAssignment(const ShellWord& word) {
  const std::size_t equals = word.text.find('=');
  if (equals == std::string::npos || equals == 0 || equals >= word.unquoted) return std::nullopt;
  const std::string_view name = std::string_view(word.text).substr(0, equals);
  const bool good = IsNameStart(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
                      return IsNameStart(c) || (c >= '0' && c <= '9');
                    });
  if (!good) return std::nullopt;
  return Assignment{std::string(name), word.text.substr(equals + 1)};
}

// Applies one leading run: word.
Outcome<void> TakeRunWord(std::string_view word, RunWords& run) {
  constexpr std::array kLater = std::to_array<std::string_view>({"nowait"});
  constexpr std::array kLaterWithValue = std::to_array<std::string_view>({"reason=", "once="});
  const std::string_view what = word.substr(kRunPrefix.size());
  if (what == "explain") {
    run.explain = true;
    return {};
  }
  if (what == "nopty") {
    run.no_pty = true;
    return {};
  }
  if (what == "detached") {
    run.detached = true;
    return {};
  }
  const bool later = std::find(kLater.begin(), kLater.end(), what) != kLater.end() ||
                     std::any_of(kLaterWithValue.begin(), kLaterWithValue.end(),
                                 [&](std::string_view known) { return what.starts_with(known); });
  if (later) {
    return Refuse(kUsage, fmt::format("{} is not acted on by this version",
                                      base::Escape(word.substr(0, word.find('=')))));
  }
  return Refuse(kUsage,
                fmt::format("{}: no such word; there are run:detached, run:explain and run:nopty",
                            base::Escape(word, 64)));
}

Refusal RefuseOpenQuote(std::string_view string, std::size_t offset) {
  if (string[offset] == '\\') {
    return {kUsage, fmt::format("the backslash at column {} quotes nothing", offset + 1)};
  }
  return {kUsage, fmt::format("the {} quote that opens at column {} is not closed",
                              string[offset] == '"' ? "double" : "single", offset + 1)};
}

// Moves leading assignments and the words behind them from `words` into `line`.
Outcome<void> TakeWords(const std::vector<ShellWord>& words, std::size_t first, CommandLine& line) {
  std::size_t i = first;
  for (; i < words.size(); ++i) {
    auto assignment = AsAssignment(words[i]);
    if (!assignment) break;
    line.assignments.push_back(std::move(*assignment));
  }
  if (i < words.size() && i > first && words[i].text.starts_with(kRunPrefix)) {
    return Refuse(kUsage, fmt::format("{} has to stand in front of everything else",
                                      base::Escape(words[i].text, 64)));
  }
  for (; i < words.size(); ++i) line.words.push_back(words[i].text);
  return {};
}

}  // namespace

Outcome<CommandLine> ParseCommandLine(std::string_view string, Whose whose) {
  if (string.size() > kMaxCommandLine) {
    return Refuse(kUsage, fmt::format("the command is longer than {} bytes", kMaxCommandLine));
  }
  if (string.find('\0') != std::string_view::npos) {
    return Refuse(kUsage, "the command holds a zero byte");
  }
  const ShellSplit split = SplitShellWords(string);
  CommandLine line;
  std::size_t first = 0;
  for (; first < split.words.size() && split.words[first].text.starts_with(kRunPrefix); ++first) {
    if (auto taken = TakeRunWord(split.words[first].text, line.run); !taken) {
      return tl::unexpected(std::move(taken.error()));
    }
  }
  std::size_t begin = string.size();
  if (first < split.words.size()) {
    begin = split.words[first].begin;
  } else if (split.stop) {
    begin = split.stop->word_begin;
    if (string.substr(begin).starts_with(kRunPrefix)) {
      return Refuse(kUsage,
                    fmt::format("a run: word is plain; see column {}", split.stop->offset + 1));
    }
  }
  line.text = string.substr(begin, std::max(begin, split.end) - begin);
  if (split.stop && split.stop->why == ShellSplit::Stop::Why::kOpenQuote) {
    return tl::unexpected(RefuseOpenQuote(string, split.stop->offset));
  }
  if (auto taken = TakeWords(split.words, first, line); !taken) {
    return tl::unexpected(std::move(taken.error()));
  }
  const std::size_t command = first + line.assignments.size();
  if (whose == Whose::kApps && !line.words.empty() && OnlyAShellKnows(line.words[0])) {
    line.needs_shell = DescribeShellWord(string, split.words[command]);
  } else if (split.stop) {
    line.needs_shell = DescribeSpecial(string, split);
  }
  if (line.needs_shell) {
    // A shell gets the whole text, and with it the assignments.
    line.assignments.clear();
    line.words.clear();
  } else if (line.words.empty() && !line.assignments.empty()) {
    return Refuse(kUsage, "NAME=value words stand in front of a command, and there is none");
  }
  return line;
}

std::string Retyped(const std::vector<std::string>& words) {
  std::string line;
  bool leading = true;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const auto assignment =
        leading ? AsAssignment({.text = word, .begin = 0, .unquoted = word.size()}) : std::nullopt;
    leading = assignment || (leading && word.starts_with(kRunPrefix));
    // Quotes around the name would make the word a command.
    if (assignment) line += assignment->name + "=";
    line += base::ShellJoin({assignment ? assignment->value : word});
  }
  return line;
}

Refusal RefuseShell(const NeedsShell& needs) {
  return {kUsage,
          fmt::format("{} at column {} needs a shell; {}", needs.what, needs.column, needs.advice)};
}

std::vector<std::string> PlainWords(std::string_view text) {
  auto line = ParseCommandLine(text);
  if (!line || line->needs_shell) return {};
  return std::move(line->words);
}

}  // namespace release
