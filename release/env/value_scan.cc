#include "release/env/value_scan.h"

#include <algorithm>

namespace release {
namespace {

// U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. U+FEFF is white
// space in JavaScript only, U+0085 in Python only.
std::size_t WideSpaceAt(std::string_view text, bool python) {
  if (text.starts_with("\xC2\xA0")) return 2;
  if (text.starts_with("\xC2\x85")) return python ? 2 : 0;
  const std::string_view three = text.substr(0, 3);
  if (three == "\xEF\xBB\xBF") return python ? 0 : 3;
  if (three == "\xE1\x9A\x80" || three == "\xE2\x81\x9F" || three == "\xE3\x80\x80") return 3;
  if (three.size() < 3 || !three.starts_with("\xE2\x80")) return 0;
  const auto last = static_cast<unsigned char>(three[2]);
  const bool space = (last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF;
  return space ? 3 : 0;
}

}  // namespace

std::size_t SpaceAt(std::string_view text, std::size_t at, Spaces spaces) {
  if (at >= text.size()) return 0;
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (spaces == Spaces::kRuby) return 0;
  if (c >= 0x1C && c <= 0x1F) return spaces == Spaces::kPython ? 1 : 0;
  return c < 0x80 ? 0 : WideSpaceAt(text.substr(at), spaces == Spaces::kPython);
}

std::size_t SkipSpace(std::string_view text, std::size_t at, Spaces spaces) {
  while (const std::size_t bytes = SpaceAt(text, at, spaces)) at += bytes;
  return at;
}

std::string_view TrimEnd(std::string_view text, Spaces spaces) {
  for (;;) {
    std::size_t bytes = 0;  // of the white space at the end
    for (std::size_t size = 1; size <= 3 && size <= text.size() && bytes == 0; ++size) {
      if (SpaceAt(text, text.size() - size, spaces) == size) bytes = size;
    }
    if (bytes == 0) return text;
    text.remove_suffix(bytes);
  }
}

bool IsWordByte(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

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

std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (;;) {
    const std::size_t at = text.find(what);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += by;
    text.remove_prefix(at + what.size());
  }
}

QuoteEnds FindQuoteEnds(std::string_view text, std::size_t open) {
  const char quote = text[open];
  QuoteEnds ends;
  std::size_t at = open + 1;
  while (at < text.size() && text[at] != quote) {
    const bool pair = text[at] == '\\' && at + 1 < text.size() && text[at + 1] == quote;
    if (pair) ends.escaped.push_back(at + 1);
    at += pair ? 2 : 1;
  }
  if (at < text.size()) ends.plain = at;
  return ends;
}

std::optional<std::string_view> Lines::Next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t newline = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, newline);
  rest_.remove_prefix(std::min(newline + 1, rest_.size()));
  ++number_;
  return line;
}

}  // namespace release
