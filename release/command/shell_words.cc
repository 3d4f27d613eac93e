#include "release/command/shell_words.h"

#include <algorithm>
#include <array>

namespace release {
namespace {

using Stop = ShellSplit::Stop;

class Splitter {
 public:
  explicit Splitter(std::string_view string) : string_(string) {}

  ShellSplit Split() {
    split_.end = string_.size();
    while (at_ < string_.size() && !split_.stop) {
      if (SkipSpace()) continue;
      ReadWord();
      if (!split_.stop && started_) split_.words.push_back(word_);
    }
    return std::move(split_);
  }

 private:
  struct Brace {
    std::size_t offset;
    bool list;  // it holds a ',' or '..'
  };

  bool SkipSpace() {
    if (string_[at_] == ' ' || string_[at_] == '\t') {
      ++at_;
      return true;
    }
    if (string_.substr(at_, 2) == "\\\n") {
      at_ += 2;
      return true;
    }
    if (string_[at_] == '\n' && split_.words.empty()) {  // no command ends here
      ++at_;
      return true;
    }
    return false;
  }

  // Only blanks and newlines follow: no second command.
  bool AtTheEnd() const {
    return string_.find_first_not_of(" \t\n", at_) == std::string_view::npos;
  }

  void ReadWord() {
    word_ = {{}, at_, 0};
    braces_.clear();
    all_unquoted_ = true;
    started_ = false;
    while (at_ < string_.size() && !split_.stop) {
      const char c = string_[at_];
      if (c == ' ' || c == '\t') return;
      if (c == '\n' && AtTheEnd()) {
        split_.end = at_;
        at_ = string_.size();
        return;
      }
      if (c == '\'') {
        ReadSingleQuoted();
      } else if (c == '"') {
        ReadDoubleQuoted();
      } else if (c == '\\') {
        ReadEscaped();
      } else {
        ReadPlain(c);
      }
    }
  }

  void StopAt(std::size_t offset, Stop::Why why, bool in_double_quotes = false) {
    split_.stop = Stop{why, offset, word_.begin, in_double_quotes};
  }

  void Append(char c) {
    started_ = true;
    word_.text += c;
    if (all_unquoted_) word_.unquoted = word_.text.size();
  }

  // A quote begins: an empty pair of quotes is a word, too.
  void Quoted() {
    started_ = true;
    all_unquoted_ = false;
  }

  void ReadSingleQuoted() {
    const std::size_t end = string_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return StopAt(at_, Stop::Why::kOpenQuote);
    Quoted();
    word_.text += string_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void ReadDoubleQuoted() {
    const std::size_t open = at_;
    Quoted();
    for (++at_; at_ < string_.size(); ++at_) {
      const char c = string_[at_];
      if (c == '"') {
        ++at_;
        return;
      }
      if (c == '$' || c == '`') return StopAt(at_, Stop::Why::kSpecial, true);
      if (c != '\\' || at_ + 1 == string_.size()) {
        word_.text += c;
        continue;
      }
      // POSIX.1-2017, XCU 2.2.3: a backslash quotes only these.
      const char next = string_[at_ + 1];
      const bool quotes = std::string_view("$`\"\\\n").find(next) != std::string_view::npos;
      if (!quotes) word_.text += c;
      if (next != '\n') word_.text += next;
      ++at_;
    }
    StopAt(open, Stop::Why::kOpenQuote);
  }

  void ReadEscaped() {
    if (at_ + 1 == string_.size()) return StopAt(at_, Stop::Why::kOpenQuote);
    const char next = string_[at_ + 1];
    at_ += 2;
    if (next == '\n') return;
    Quoted();
    word_.text += next;
  }

  void ReadPlain(char c) {
    const bool first = !started_;
    if (std::string_view("$`;|&<>()\n*?").find(c) != std::string_view::npos ||
        (first && (c == '~' || c == '#'))) {
      return StopAt(at_, Stop::Why::kSpecial);
    }
    // bash expands {a,b} and {1..3}, and other braces stay as they are, as in HEAD@{1}.
    if (c == '{') {
      braces_.push_back({at_, false});
    } else if (c == '}' && !braces_.empty()) {
      if (braces_.back().list) return StopAt(braces_.back().offset, Stop::Why::kSpecial);
      braces_.pop_back();
    } else if (!braces_.empty() && (c == ',' || string_.substr(at_, 2) == "..")) {
      braces_.back().list = true;
    }
    Append(c);
    ++at_;
  }

  std::string_view string_;
  std::size_t at_ = 0;
  ShellSplit split_;
  ShellWord word_;
  std::vector<Brace> braces_;  // open in this word
  bool all_unquoted_ = true;
  bool started_ = false;
};

}  // namespace

ShellSplit SplitShellWords(std::string_view string) { return Splitter(string).Split(); }

bool OnlyAShellKnows(std::string_view word) {
  // POSIX.1-2017 XCU 2.4 (reserved words), 2.14 (special built-ins), and built-ins of sh and bash
  // that have no effect in their own process, or that no program provides.
  constexpr std::array kWords = std::to_array<std::string_view>(
      {"!",      "{",       "}",      "[[",    ".",        ":",        "alias",    "bg",
       "break",  "builtin", "case",   "cd",    "command",  "continue", "declare",  "do",
       "done",   "elif",    "else",   "esac",  "eval",     "exec",     "exit",     "export",
       "fc",     "fg",      "fi",     "for",   "function", "getopts",  "hash",     "if",
       "jobs",   "let",     "local",  "popd",  "pushd",    "read",     "readonly", "return",
       "select", "set",     "shift",  "shopt", "source",   "then",     "times",    "trap",
       "type",   "typeset", "ulimit", "umask", "unalias",  "unset",    "until",    "wait",
       "while"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace release
