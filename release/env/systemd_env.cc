#include "release/env/systemd_env.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "config/variable_name.h"
#include "release/env/value_scan.h"

namespace release {
namespace {

constexpr std::string_view kWhite = " \t\n\r";
constexpr std::string_view kNewline = "\n\r";
constexpr std::string_view kUnescaped = "\"\\`$";  // systemd's SHELL_NEED_ESCAPE

bool Is(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// The states of systemd's parse_env_file_internal().
class Parser {
 public:
  base::Result<ParsedFile> Parse(std::string_view text) {
    for (const char c : text) {
      Step(c);
      if (failure_) return base::Fail(std::move(*failure_));
      if (c == '\n') ++line_;
    }
    if (state_ == State::kName) {
      Drop();
    } else if (state_ != State::kBeforeName && state_ != State::kComment &&
               state_ != State::kCommentEscape) {
      Push();
    }
    if (failure_) return base::Fail(std::move(*failure_));
    return std::move(list_).Take();
  }

 private:
  enum class State {
    kBeforeName,
    kName,
    kBeforeValue,
    kValue,
    kValueEscape,
    kSingleQuoted,
    kDoubleQuoted,
    kDoubleQuotedEscape,
    kComment,
    kCommentEscape,
  };

  void Step(char c) {
    switch (state_) {
      case State::kBeforeName:
      case State::kName:
      case State::kComment:
      case State::kCommentEscape:
        return StepOutside(c);
      case State::kBeforeValue:
      case State::kValue:
      case State::kValueEscape:
        return StepPlain(c);
      case State::kSingleQuoted:
      case State::kDoubleQuoted:
      case State::kDoubleQuotedEscape:
        return StepQuoted(c);
    }
  }

  void StepOutside(char c) {
    if (state_ == State::kCommentEscape) {
      state_ = State::kComment;  // a backslash before a newline continues a comment, too
    } else if (state_ == State::kComment) {
      if (c == '\\') state_ = State::kCommentEscape;
      if (Is(kNewline, c)) state_ = State::kBeforeName;
    } else if (state_ == State::kBeforeName) {
      if (Is(kWhite, c)) return;
      if (c == '#' || c == ';') {
        state_ = State::kComment;
        return;
      }
      state_ = State::kName;
      name_ = c;
      name_line_ = line_;
    } else if (Is(kNewline, c)) {
      state_ = State::kBeforeName;
      Drop();
    } else if (c == '=') {
      state_ = State::kBeforeValue;
      value_.clear();
      trailing_ = 0;
    } else {
      name_ += c;
    }
  }

  void StepPlain(char c) {
    if (state_ == State::kValueEscape) {
      state_ = State::kValue;
      if (!Is(kNewline, c)) value_ += c;
      return;
    }
    if (Is(kNewline, c)) {
      Push();
      state_ = State::kBeforeName;
    } else if (c == '\\') {
      state_ = State::kValueEscape;
      trailing_ = 0;
    } else if (state_ == State::kBeforeValue && (c == '\'' || c == '"')) {
      state_ = c == '"' ? State::kDoubleQuoted : State::kSingleQuoted;
    } else if (state_ == State::kValue || !Is(kWhite, c)) {
      state_ = State::kValue;
      trailing_ = Is(kWhite, c) ? trailing_ + 1 : 0;
      value_ += c;
    }
  }

  void StepQuoted(char c) {
    if (state_ == State::kDoubleQuotedEscape) {
      state_ = State::kDoubleQuoted;
      if (Is(kUnescaped, c)) {
        value_ += c;
      } else if (c != '\n') {
        value_ += '\\';
        value_ += c;
      }
    } else if (c == (state_ == State::kDoubleQuoted ? '"' : '\'')) {
      state_ = State::kBeforeValue;
    } else if (c == '\\' && state_ == State::kDoubleQuoted) {
      state_ = State::kDoubleQuotedEscape;
    } else {
      value_ += c;
    }
  }

  void Drop() { list_.Warn(name_line_, "no '=': systemd ignores this line"); }

  void Push() {
    if (state_ == State::kValue) value_.resize(value_.size() - trailing_);
    name_.resize(name_.find_last_not_of(kWhite) + 1);
    base::Result<void> taken;
    if (!base::IsUtf8(name_) || !base::IsUtf8(value_)) {
      taken = FailAtLine(name_line_, name_, "not UTF-8, which systemd refuses");
    } else if (const std::string why = WhySystemdDrops(name_, value_); !why.empty()) {
      list_.Warn(name_line_, why + ": systemd ignores it");
    } else {
      taken = list_.Set(name_, std::move(value_), name_line_);
    }
    if (!taken) failure_ = std::move(taken.error());
    value_.clear();
  }

  State state_ = State::kBeforeName;
  std::string name_;
  std::string value_;
  std::size_t trailing_ = 0;  // bytes of unquoted white space at the value's end
  std::size_t line_ = 1;
  std::size_t name_line_ = 1;
  ValueList list_;
  std::optional<base::Error> failure_;
};

}  // namespace

std::string WhySystemdDrops(std::string_view name, std::string_view value) {
  if (!config::IsVariableName(name)) {
    return "the name is not of letters, digits and '_'";
  }
  const bool control = std::any_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
  });
  if (control) return fmt::format("{}: the value holds a control character", name);
  return {};
}

base::Result<ParsedFile> ParseSystemdEnv(std::string_view text) {
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
    return FailAtLine(static_cast<std::size_t>(line) + 1, "", "a zero byte");
  }
  return Parser().Parse(text);
}

}  // namespace release
