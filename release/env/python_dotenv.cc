#include "release/env/python_dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "release/env/value_scan.h"

namespace release {
namespace {

// decode_escapes(): a backslash and a character of `plain` gives that character; a backslash and
// one of `named` gives a control character.
std::string Decode(std::string_view text, std::string_view plain, std::string_view named) {
  constexpr std::string_view kNames = "abfnrtv";
  constexpr std::string_view kControls = "\a\b\f\n\r\t\v";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() && text[i] == '\\' ? text[i + 1] : '\0';
    if (next != '\0' && plain.find(next) != std::string_view::npos) {
      out += next;
      ++i;
    } else if (next != '\0' && named.find(next) != std::string_view::npos) {
      out += kControls[kNames.find(next)];
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The result of one parse_binding().
struct Binding {
  std::string name;                  // empty: only a comment
  std::optional<std::string> value;  // nullopt: there is no '='
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Skips white space and newlines. False at the end of the text.
  bool SkipToBinding() {
    Advance(SkipSpace(text_, at_, Spaces::kPython));
    return at_ < text_.size();
  }
  std::size_t line() const { return line_; }

  // nullopt: it cannot be parsed. The rest of its line is skipped then, as upstream does.
  std::optional<Binding> Read() {
    auto binding = ReadBinding();
    if (!binding) Advance(std::min(text_.find('\n', at_), text_.size() - 1) + 1);
    return binding;
  }

 private:
  void Advance(std::size_t to) {
    const std::string_view passed = text_.substr(at_, to - at_);
    line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
    at_ = to;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  // Skips white space except newlines.
  std::size_t BlankEnd(std::size_t at) const {
    while (at < text_.size() && text_[at] != '\n') {
      const std::size_t bytes = SpaceAt(text_, at, Spaces::kPython);
      if (bytes == 0) break;
      at += bytes;
    }
    return at;
  }
  std::size_t LineEnd() const { return std::min(text_.find('\n', at_), text_.size()); }

  std::optional<Binding> ReadBinding() {
    if (text_.substr(at_, 6) == "export") {
      const std::size_t behind = BlankEnd(at_ + 6);
      if (behind > at_ + 6) Advance(behind);
    }
    Binding binding;
    if (Peek() != '#' && !ReadName(binding)) return std::nullopt;
    Advance(BlankEnd(at_));
    if (Peek() == '=') {
      Advance(BlankEnd(at_ + 1));
      if (!ReadValue(binding)) return std::nullopt;
    }
    if (const std::size_t comment = BlankEnd(at_); text_.substr(comment, 1) == "#") {
      Advance(comment);
      Advance(LineEnd());
    }
    Advance(BlankEnd(at_));
    if (Peek() != '\n') return std::nullopt;
    Advance(std::min(at_ + 1, text_.size()));
    return binding;
  }

  bool ReadName(Binding& binding) {
    if (Peek() == '\'') {  // '([^']+)'
      const std::size_t close = text_.find('\'', at_ + 1);
      if (close == std::string_view::npos || close == at_ + 1) return false;
      binding.name = text_.substr(at_ + 1, close - at_ - 1);
      Advance(close + 1);
      return true;
    }
    std::size_t end = at_;  // [^=\#\s]+
    while (end < text_.size() && text_[end] != '=' && text_[end] != '#' &&
           SpaceAt(text_, end, Spaces::kPython) == 0) {
      ++end;
    }
    binding.name = text_.substr(at_, end - at_);
    Advance(end);
    return !binding.name.empty();
  }

  bool ReadValue(Binding& binding) {
    const char quote = Peek();
    if (quote == '\'' || quote == '"') {
      const QuoteEnds ends = FindQuoteEnds(text_, at_);
      if (!ends.plain && ends.escaped.empty()) return false;
      const std::size_t close = ends.plain ? *ends.plain : ends.escaped.back();
      const std::string_view raw = text_.substr(at_ + 1, close - at_ - 1);
      binding.value = quote == '"' ? Decode(raw, "\\'\"", "abfnrtv") : Decode(raw, "\\'", "");
      Advance(close + 1);
      return true;
    }
    const std::size_t end = LineEnd();
    binding.value = Unquoted(text_.substr(at_, end - at_));
    Advance(end);
    return true;
  }

  // re.sub(r"\s+#.*", "", part).rstrip()
  static std::string Unquoted(std::string_view part) {
    for (std::size_t at = 0; at < part.size();) {
      const std::size_t behind = SkipSpace(part, at, Spaces::kPython);
      if (behind > at && part.substr(behind, 1) == "#") return std::string(part.substr(0, at));
      at = std::max(behind, at + 1);
    }
    return std::string(TrimEnd(part, Spaces::kPython));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

// resolve_variables(): \$\{(?P<name>[^\}:]*)(?::-(?P<default>[^\}]*))?\}
template <typename Find>
std::string Resolve(std::string_view value, const Find& find) {
  std::string out;
  std::size_t stop = 0;  // the first '}' or ':' from the start of the name on
  std::size_t at = 0;
  while (out.size() <= kMaxValue) {
    const std::size_t open = value.find("${", at);
    const std::size_t close = open == std::string_view::npos ? open : value.find('}', open);
    if (close == std::string_view::npos) break;
    out += value.substr(at, open - at);
    if (stop < open + 2) stop = value.find_first_of("}:", open + 2);
    if (stop != close && value.substr(stop, 2) != ":-") {  // no reference: the text stays as it is
      out += value[open];
      at = open + 1;
      continue;
    }
    if (const std::string* const found = find(value.substr(open + 2, stop - open - 2))) {
      out += *found;
    } else if (stop != close) {
      out += value.substr(stop + 2, close - stop - 2);
    }
    at = close + 1;
  }
  return out += value.substr(std::min(at, value.size()));
}

}  // namespace

base::Result<ParsedFile> ParsePythonDotenv(std::string_view input, const Lookup& earlier) {
  if (auto utf8 = RequireUtf8(input); !utf8) return base::Fail(std::move(utf8.error()));
  if (input.starts_with("\xEF\xBB\xBF")) input.remove_prefix(3);
  const std::string text = WithNewlines(input);
  ValueList list;
  const auto find = [&](std::string_view name) {
    const std::string* const found = list.Find(name);
    return found == nullptr ? earlier(name) : found;
  };
  Reader reader(text);
  while (reader.SkipToBinding()) {
    const std::size_t line = reader.line();
    const auto binding = reader.Read();
    if (!binding) {
      list.Warn(line, "python-dotenv cannot parse this, and ignores it");
    } else if (binding->value) {
      auto set = list.Set(binding->name, Resolve(*binding->value, find), line);
      if (!set) return base::Fail(std::move(set.error()));
    } else if (!binding->name.empty()) {
      list.Forget(binding->name);
      list.Warn(line, "no '=': python-dotenv does not set the name");
    }
  }
  return std::move(list).Take();
}

}  // namespace release
