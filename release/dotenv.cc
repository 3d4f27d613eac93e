#include "release/dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "release/dotenv_value.h"

namespace release {
namespace {

constexpr std::size_t kMaxFileWarnings = 20;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }  // Ruby's \s
bool IsKeyByte(char c) {                                               // [\w.]
  return c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

// Dotenv::Parser's gsub(/\r\n?/, "\n").
std::string WithNewlines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
      continue;
    }
    out += '\n';
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  return out;
}

// Dotenv::Parser::LINE, matched by hand: the regular expression backtracks only where this tries
// again.
class LineMatcher {
 public:
  explicit LineMatcher(std::string_view text) : text_(text) {}

  struct Match {
    bool exported = false;
    std::string_view key;
    std::optional<std::string_view> value;
    std::size_t end = 0;  // where `$` matched
  };

  // A match that begins at `at`, which is no white space.
  std::optional<Match> At(std::size_t at) const {
    if (text_.substr(at, 6) == "export") {
      const std::size_t behind = SkipSpace(at + 6);
      if (behind > at + 6) {
        if (auto match = KeyAt(behind)) {
          match->exported = true;
          return match;
        }
      }
    }
    return KeyAt(at);
  }

 private:
  std::size_t SkipSpace(std::size_t at) const {
    while (at < text_.size() && IsSpace(text_[at])) ++at;
    return at;
  }

  std::optional<Match> KeyAt(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && IsKeyByte(text_[end])) ++end;
    if (end == at) return std::nullopt;
    Match match;
    match.key = text_.substr(at, end - at);
    const std::size_t separator = SkipSpace(end);
    if (separator < text_.size() && text_[separator] == '=') {
      Value(separator + 1, match);
      return match;
    }
    if (end + 1 < text_.size() && text_[end] == ':' && IsSpace(text_[end + 1])) {
      Value(end + 2, match);
      return match;
    }
    const auto tail = Tail(end);  // no separator, and so no value
    if (!tail) return std::nullopt;
    match.end = *tail;
    return match;
  }

  // \s*(?:\#.*)?(?:$|\z): where it ends, if it matches at `at`.
  std::optional<std::size_t> Tail(std::size_t at) const {
    const std::size_t behind = SkipSpace(at);
    if (behind == text_.size()) return behind;
    if (text_[behind] == '#') return std::min(text_.find('\n', behind), text_.size());
    const std::size_t newline = text_.substr(at, behind - at).rfind('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    return at + newline;
  }

  // The value behind a separator, and what follows it: this always matches.
  void Value(std::size_t at, Match& match) const {
    for (const char quote : {'\'', '"'}) {
      if (Quoted(at, quote, match)) return;
    }
    // [^\#\n]+, or no value
    const std::size_t end = std::min(text_.find_first_of("#\n", at), text_.size());
    if (end > at) match.value = text_.substr(at, end - at);
    match.end = Tail(end).value_or(end);
  }

  // \s*'(?:\\'|[^'])*' with a tail behind it: the first quote that no backslash precedes, or else,
  // backwards, one that a backslash does.
  bool Quoted(std::size_t at, char quote, Match& match) const {
    const std::size_t open = SkipSpace(at);
    if (open == text_.size() || text_[open] != quote) return false;
    std::vector<std::size_t> escaped;
    std::size_t close = open + 1;
    while (close < text_.size() && text_[close] != quote) {
      const bool pair =
          text_[close] == '\\' && close + 1 < text_.size() && text_[close + 1] == quote;
      if (pair) escaped.push_back(close + 1);
      close += pair ? 2 : 1;
    }
    if (close < text_.size() && Close(at, close, match)) return true;
    return std::any_of(escaped.rbegin(), escaped.rend(),
                       [&](std::size_t candidate) { return Close(at, candidate, match); });
  }

  bool Close(std::size_t at, std::size_t quote, Match& match) const {
    const auto tail = Tail(quote + 1);
    if (!tail) return false;
    match.value = text_.substr(at, quote + 1 - at);
    match.end = *tail;
    return true;
  }

  std::string_view text_;
};

class Parser {
 public:
  Parser(std::string_view text, const Lookup& earlier)
      : text_(WithNewlines(text)), earlier_(earlier) {}

  base::Result<DotenvFile> Parse() {
    const LineMatcher matcher(text_);
    for (std::size_t at = 0; at < text_.size();) {
      if (IsSpace(text_[at])) {
        line_ += text_[at] == '\n' ? 1 : 0;
        ++at;
        continue;
      }
      const auto match = matcher.At(at);
      if (match) {
        const std::size_t key = static_cast<std::size_t>(match->key.data() - text_.data());
        CountLines(at, key);
        if (auto taken = Take(*match); !taken) return base::Fail(std::move(taken.error()));
        CountLines(key, match->end);
        at = match->end;
      } else if (text_[at] != '#') {
        Warn(at == 0 && text_.starts_with("\xEF\xBB\xBF")
                 ? "the byte order mark in front makes dotenv ignore this line"
                 : "no NAME=value: dotenv ignores this line");
      }
      const std::size_t newline = std::min(text_.find('\n', at), text_.size());
      at = newline;
    }
    return std::move(file_);
  }

 private:
  void CountLines(std::size_t from, std::size_t to) {
    line_ +=
        static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(from),
                                            text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
  }

  void Warn(std::string message) {
    if (file_.warnings.size() < kMaxFileWarnings) {
      file_.warnings.push_back({line_, std::move(message)});
    }
  }

  const std::string* Find(std::string_view name) const {
    const auto found = newest_.find(name);
    return found == newest_.end() ? earlier_(name) : &file_.entries[found->second].value;
  }

  base::Result<void> Take(const LineMatcher::Match& match) {
    if (match.exported && !match.value) {
      if (Find(match.key) != nullptr) return {};
      return Bad(match, "exported, but not set before");
    }
    if (match.value && match.value->find('\0') != std::string_view::npos) {
      return Bad(match, "the value holds a zero byte");
    }
    auto value =
        DotenvValue(match.value.value_or(""), [&](std::string_view name) { return Find(name); });
    if (!value) return Bad(match, value.error().message());
    NoteDropped(match);
    bytes_ += value->size();
    if (bytes_ > kMaxDotenv) return Bad(match, "the file's values are too large together");
    newest_.insert_or_assign(std::string(match.key), file_.entries.size());
    file_.entries.push_back({std::string(match.key), std::move(*value), line_});
    return {};
  }

  std::size_t KeyEnd(const LineMatcher::Match& match) const {
    return static_cast<std::size_t>(match.key.data() - text_.data()) + match.key.size();
  }

  // Warns of what dotenv leaves out of a value, or makes of a line, without a word.
  void NoteDropped(const LineMatcher::Match& match) {
    if (!match.value) {
      const std::size_t behind = KeyEnd(match);
      const bool separator = behind < match.end && text_.find_first_of("=:", behind) < match.end;
      if (!separator) Warn(fmt::format("{}: no '=': dotenv sets it to nothing", match.key));
      return;
    }
    const std::string_view value = *match.value;
    const std::size_t end = static_cast<std::size_t>(value.data() - text_.data()) + value.size();
    if (end < text_.size() && text_[end] == '#' && !IsSpace(value.back()) && value.back() != '"' &&
        value.back() != '\'') {
      Warn(fmt::format("{}: dotenv ends the value at the '#'; quote the value if it goes on",
                       match.key));
    }
  }

  tl::unexpected<base::Error> Bad(const LineMatcher::Match& match, std::string_view why) const {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("{}: {}: {}", line_, match.key.substr(0, 100), why));
  }

  std::string text_;
  const Lookup& earlier_;
  DotenvFile file_;
  std::map<std::string, std::size_t, std::less<>> newest_;  // a name's last entry
  std::size_t bytes_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

base::Result<DotenvFile> ParseDotenv(std::string_view text, const Lookup& earlier) {
  return Parser(text, earlier).Parse();
}

}  // namespace release
