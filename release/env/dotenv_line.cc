#include "release/env/dotenv_line.h"

#include <algorithm>

namespace release {

std::optional<DotenvLine> DotenvLines::Next() {
  for (;;) {
    const std::size_t begin = Skip(at_);
    CountLines(at_, begin);
    at_ = begin;
    if (at_ == text_.size()) return std::nullopt;
    auto match = At(at_);
    if (match) {
      const auto name = static_cast<std::size_t>(match->line.name.data() - text_.data());
      CountLines(at_, name);
      match->line.number = line_;
      CountLines(name, match->end);
      at_ = match->end;
      return match->line;
    }
    const bool comment = text_[at_] == '#';
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (comment) continue;
    DotenvLine line;
    line.number = line_;
    return line;
  }
}

void DotenvLines::CountLines(std::size_t from, std::size_t to) {
  const std::string_view passed = text_.substr(from, to - from);
  line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
}

// A match that begins at `at`, where no white space is. Matches by hand: the code below tries again
// exactly where the regular expression would backtrack.
std::optional<DotenvLines::Match> DotenvLines::At(std::size_t at) const {
  if (text_.substr(at, 6) == "export") {
    const std::size_t behind = Skip(at + 6);
    if (behind > at + 6) {
      if (auto match = NameAt(behind)) {
        match->line.exported = true;
        return match;
      }
    }
  }
  return NameAt(at);
}

std::optional<DotenvLines::Match> DotenvLines::NameAt(std::size_t at) const {
  std::size_t end = at;
  while (end < text_.size() && (IsWordByte(text_[end]) || text_[end] == '.' ||
                                (grammar_.dash_in_names && text_[end] == '-'))) {
    ++end;
  }
  if (end == at) return std::nullopt;
  Match match;
  match.line.understood = true;
  match.line.name = text_.substr(at, end - at);
  const std::size_t equals = Skip(end);
  if (equals < text_.size() && text_[equals] == '=') {
    Value(equals + 1, match);
    return match;
  }
  const std::size_t space = SpaceAt(text_, end + 1, grammar_.spaces);
  if (end < text_.size() && text_[end] == ':' && space > 0) {
    Value(end + 1 + space, match);
    return match;
  }
  const auto tail = grammar_.bare_names ? Tail(end) : std::nullopt;
  if (!tail) return std::nullopt;
  match.end = *tail;
  return match;
}

// \s*(?:\#.*)?(?:$|\z). Returns where it ends, if it matches at `at`.
std::optional<std::size_t> DotenvLines::Tail(std::size_t at) const {
  const std::size_t behind = Skip(at);
  if (behind == text_.size()) return behind;
  if (text_[behind] == '#') return std::min(text_.find('\n', behind), text_.size());
  const std::size_t newline = text_.substr(at, behind - at).rfind('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  return at + newline;
}

// The value after a separator, and the rest of its line. This always matches.
void DotenvLines::Value(std::size_t at, Match& match) const {
  match.line.separated = true;
  for (const char quote : grammar_.quotes) {
    if (Quoted(at, quote, match)) return;
  }
  // [^\#\n]+, or no value
  const std::size_t end = std::min(text_.find_first_of("#\n", at), text_.size());
  if (end > at) {
    match.line.value = text_.substr(at, end - at);
    match.line.cut = end < text_.size() && text_[end] == '#' &&
                     TrimEnd(*match.line.value, grammar_.spaces) == *match.line.value &&
                     grammar_.quotes.find(text_[end - 1]) == std::string_view::npos;
  }
  match.end = Tail(end).value_or(end);
}

// \s*'(?:\\'|[^'])*' and a tail.
bool DotenvLines::Quoted(std::size_t at, char quote, Match& match) const {
  const std::size_t open = Skip(at);
  if (open == text_.size() || text_[open] != quote) return false;
  const QuoteEnds ends = FindQuoteEnds(text_, open);
  if (ends.plain && Close(at, *ends.plain, match)) return true;
  return std::any_of(ends.escaped.rbegin(), ends.escaped.rend(),
                     [&](std::size_t candidate) { return Close(at, candidate, match); });
}

bool DotenvLines::Close(std::size_t at, std::size_t quote, Match& match) const {
  const auto tail = Tail(quote + 1);
  if (!tail) return false;
  match.line.value = text_.substr(at, quote + 1 - at);
  match.end = *tail;
  return true;
}

}  // namespace release
