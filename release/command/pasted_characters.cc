#include "release/command/pasted_characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace release {
namespace {

struct Pasted {
  std::string_view bytes;   // UTF-8
  std::string_view name;    // with its number in Unicode
  std::string_view plain;   // what to type instead
  bool only_first = false;  // counts only at a word's start: elsewhere it may be part of a name
};

constexpr std::string_view kBlank = "a plain space";
constexpr std::string_view kSingle = "a plain ' (0x27)";
constexpr std::string_view kDouble = "a plain \" (0x22)";
constexpr std::string_view kHyphen = "'-', or '--'";

constexpr std::array kAll = std::to_array<Pasted>({
    {"\xC2\xA0", "no-break space (U+00A0)", kBlank},
    {"\xE2\x80\x87", "figure space (U+2007)", kBlank},
    {"\xE2\x80\x89", "thin space (U+2009)", kBlank},
    {"\xE2\x80\xAF", "narrow no-break space (U+202F)", kBlank},
    {"\xE3\x80\x80", "ideographic space (U+3000)", kBlank},
    {"\xE2\x80\x8B", "zero width space (U+200B)", "nothing"},
    {"\xEF\xBB\xBF", "byte order mark (U+FEFF)", "nothing"},
    {"\xE2\x80\x98", "typographic quote (U+2018)", kSingle},
    {"\xE2\x80\x99", "typographic quote (U+2019)", kSingle},
    {"\xE2\x80\x9A", "typographic quote (U+201A)", kSingle},
    {"\xE2\x80\x9C", "typographic quote (U+201C)", kDouble},
    {"\xE2\x80\x9D", "typographic quote (U+201D)", kDouble},
    {"\xE2\x80\x9E", "typographic quote (U+201E)", kDouble},
    {"\xE2\x80\x90", "hyphen (U+2010)", kHyphen, true},
    {"\xE2\x80\x91", "no-break hyphen (U+2011)", kHyphen, true},
    {"\xE2\x80\x93", "dash (U+2013)", kHyphen, true},
    {"\xE2\x80\x94", "dash (U+2014)", kHyphen, true},
    {"\xE2\x88\x92", "minus sign (U+2212)", kHyphen, true},
});

const Pasted* Find(std::string_view text) {
  const auto* const found = std::find_if(
      kAll.begin(), kAll.end(), [&](const Pasted& one) { return text.starts_with(one.bytes); });
  return found == kAll.end() ? nullptr : found;
}

}  // namespace

std::optional<std::string> DescribePasted(std::string_view command) {
  char quote = 0;
  bool word_begins = true;
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      if (c == '\\' && quote == '"') ++at;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\') {
      ++at;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      const Pasted* const found = Find(command.substr(at));
      if (found != nullptr && (word_begins || !found->only_first)) {
        return fmt::format("column {} holds a {}: type {}", at + 1, found->name, found->plain);
      }
    }
    word_begins = quote == 0 && (c == ' ' || c == '\t' || c == '\n');
  }
  return std::nullopt;
}

}  // namespace release
