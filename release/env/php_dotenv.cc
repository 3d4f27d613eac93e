#include "release/env/php_dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "release/env/value_scan.h"

namespace release {
namespace {

constexpr std::string_view kTrimmed(" \t\n\r\0\x0B", 6);  // PHP's trim()

bool IsSpace(char c) { return SpaceAt(std::string_view(&c, 1), 0, Spaces::kRuby) != 0; }

std::string_view TrimStart(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kTrimmed), text.size()));
  return text;
}

std::string_view Trim(std::string_view text) {
  text = TrimStart(text);
  return text.substr(0, text.find_last_not_of(kTrimmed) + 1);
}

bool IsNameByte(char c) { return IsWordByte(c) || c == '.'; }

// looksLikeMultilineStop(): a lone quote, or enough quotes without a backslash in front.
bool Closes(std::string_view line, bool opened) {
  if (line == "\"") return true;
  std::size_t quotes = 0;
  char before = '\0';
  for (std::size_t i = 0, kept = 0; i < line.size(); ++i) {
    if (line.substr(i, 2) == "\\\\") {  // a pair does not count
      ++i;
      continue;
    }
    if (line[i] == '"' && kept > 0 && before != '\\') ++quotes;
    before = line[i];
    ++kept;
  }
  return quotes >= (opened ? 2U : 1U);
}

bool Opens(std::string_view line) {
  return line.find("=\"") != std::string_view::npos && !Closes(line, true);
}

// The text of one variable: a line, or several if a double quote stays open.
struct Entry {
  std::string text;
  std::size_t line = 0;
};

std::vector<Entry> EntriesOf(std::string_view text, ValueList& list) {
  std::vector<Entry> entries;
  Lines lines(text);
  Entry entry;
  bool open = false;
  while (const auto line = lines.Next()) {
    const bool opens = Opens(*line);
    if (!open) entry = {{}, lines.number()};
    entry.text += open ? "\n" : "";
    entry.text += *line;
    open = (open || opens) && !Closes(*line, opens);
    if (open) continue;
    const std::string_view trimmed = Trim(entry.text);
    const bool comment = trimmed.starts_with('#');
    if (comment && entry.line != lines.number()) {
      list.Warn(entry.line, fmt::format("phpdotenv takes this and all to line {} for one comment",
                                        lines.number()));
    }
    if (!comment && !trimmed.empty()) entries.push_back(std::move(entry));
  }
  if (open) {
    list.Warn(entry.line, "a double quote that does not close: phpdotenv ignores the rest");
  }
  return entries;
}

// A value without quotes and escapes, before its variables are resolved.
struct Value {
  std::string chars;
  std::vector<std::size_t> dollars;  // those that may begin a ${NAME}
};

// EntryParser's state machine over the tokens of Lexer, byte by byte.
class ValueReader {
 public:
  // Why phpdotenv refuses the value; nullptr: it does not.
  const char* Read(std::string_view text) {
    for (const char c : text) {
      if (const char* const why = Take(c)) return why;
    }
    const bool open =
        state_ == State::kSingle || state_ == State::kDouble || state_ == State::kEscape;
    return open ? "a quote that does not close, which phpdotenv refuses" : nullptr;
  }
  Value TakeValue() { return std::move(value_); }

 private:
  enum class State { kInitial, kUnquoted, kSingle, kDouble, kEscape, kBlank, kComment };

  const char* Take(char c) {
    switch (state_) {
      case State::kInitial:
        if (c == '\'' || c == '"') {
          state_ = c == '"' ? State::kDouble : State::kSingle;
          return nullptr;
        }
        if (c == '#') return Go(State::kComment);
        state_ = State::kUnquoted;
        return Append(c);
      case State::kUnquoted:
        if (c == '#') return Go(State::kComment);
        return IsSpace(c) ? Go(State::kBlank) : Append(c);
      case State::kSingle:
        if (c == '\'') return Go(State::kBlank);
        value_.chars += c;
        return nullptr;
      case State::kDouble:
        if (c == '"') return Go(State::kBlank);
        return c == '\\' ? Go(State::kEscape) : Append(c);
      case State::kEscape:
        return Escaped(c);
      case State::kBlank:
        if (c == '#') return Go(State::kComment);
        return IsSpace(c) ? nullptr : "more behind the value; phpdotenv wants it in quotes";
      case State::kComment:
        break;
    }
    return nullptr;
  }

  const char* Escaped(char c) {
    constexpr std::string_view kNames = "fnrtv\"\\$";
    constexpr std::string_view kMeant = "\f\n\r\t\v\"\\$";
    const std::size_t which = kNames.find(c);
    if (which == std::string_view::npos) return "a '\\' that phpdotenv does not know";
    value_.chars += kMeant[which];
    return Go(State::kDouble);
  }

  const char* Go(State state) {
    state_ = state;
    return nullptr;
  }

  const char* Append(char c) {
    if (c == '$') value_.dollars.push_back(value_.chars.size());
    value_.chars += c;
    return nullptr;
  }

  State state_ = State::kInitial;
  Value value_;
};

class Parser {
 public:
  explicit Parser(const Lookup& earlier) : earlier_(earlier) {}

  base::Result<ParsedFile> Parse(std::string_view input) {
    if (input.starts_with("\xEF\xBB\xBF")) input.remove_prefix(3);
    if (auto good = RequireUtf8(input); !good) return base::Fail(std::move(good.error()));
    const std::string text = WithNewlines(input);
    for (const Entry& entry : EntriesOf(text, list_)) {
      if (auto taken = Take(entry); !taken) return base::Fail(std::move(taken.error()));
    }
    return std::move(list_).Take();
  }

 private:
  base::Result<void> Take(const Entry& entry) {
    const std::string_view text = entry.text;
    const std::size_t equals = text.find('=');
    const bool set = equals != std::string_view::npos;
    const std::string_view name = NameOf(set ? Trim(text.substr(0, equals)) : text);
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameByte)) {
      return FailAtLine(entry.line, "", "no NAME=value: phpdotenv refuses the file");
    }
    if (!set) {
      list_.Warn(entry.line, "no '=': phpdotenv unsets the name");
      list_.Forget(name);
      return {};
    }
    ValueReader reader;
    const std::string_view raw = Trim(text.substr(equals + 1));
    if (raw.find('\0') != std::string_view::npos) {
      return FailAtLine(entry.line, name, "the value holds a zero byte");
    }
    if (const char* const why = reader.Read(raw)) return FailAtLine(entry.line, name, why);
    auto value = Resolve(reader.TakeValue());
    if (!value) {
      return FailAtLine(entry.line, name, WhyNotInEnvironment());
    }
    return list_.Set(name, std::move(*value), entry.line);
  }

  // The name without `export` and quotes.
  static std::string_view NameOf(std::string_view name) {
    if (name.size() > 8 && name.starts_with("export") && IsSpace(name[6])) {
      name = TrimStart(name.substr(6));
    }
    const bool quoted = name.size() >= 3 && name.front() == name.back() &&
                        (name.front() == '"' || name.front() == '\'');
    return quoted ? name.substr(1, name.size() - 2) : name;
  }

  const std::string* Find(const std::string& name) const {
    const std::string* const found = list_.Find(name);
    return found == nullptr ? earlier_(name) : found;
  }

  // Resolves from the last ${NAME} to the first, as phpdotenv's Resolver does: a replacement may
  // become part of the name in front of it. nullopt: the result is too large. `tail` holds the text
  // behind the current position, backwards.
  std::optional<std::string> Resolve(Value value) const {
    if (value.dollars.empty()) return std::move(value.chars);
    std::string tail;
    for (std::size_t at = value.chars.size(); at-- > 0;) {
      const bool marked = !value.dollars.empty() && value.dollars.back() == at;
      if (marked) value.dollars.pop_back();
      if (!marked || !Replace(tail)) tail += value.chars[at];
      if (tail.size() > kMaxValue) return std::nullopt;
    }
    return std::string(tail.rbegin(), tail.rend());
  }

  // Replaces {NAME}, which `tail` begins with (read backwards), if the variable exists.
  bool Replace(std::string& tail) const {
    if (!tail.ends_with('{')) return false;
    const auto begin = tail.rbegin() + 1;
    const auto end = std::find_if_not(begin, tail.rend(), IsNameByte);
    if (end == begin || end == tail.rend() || *end != '}') return false;
    const std::string* const found = Find(std::string(begin, end));
    if (found == nullptr) return false;
    const std::string by(found->rbegin(), found->rend());
    tail.resize(tail.size() - static_cast<std::size_t>(end - begin) - 2);
    tail += by;
    return true;
  }

  const Lookup& earlier_;
  ValueList list_;
};

}  // namespace

base::Result<ParsedFile> ParsePhpDotenv(std::string_view input, const Lookup& earlier) {
  return Parser(earlier).Parse(input);
}

}  // namespace release
