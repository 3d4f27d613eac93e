// What the parsers of several dialects share: line breaks, white space, words, quotes.
#ifndef ONEOFF_RELEASE_ENV_VALUE_SCAN_H_
#define ONEOFF_RELEASE_ENV_VALUE_SCAN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace release {

// The characters that `\s` matches.
enum class Spaces { kRuby, kJavaScript, kPython };

// The size in bytes of the white space character at `at`; 0 if there is none, or at the end.
std::size_t SpaceAt(std::string_view text, std::size_t at, Spaces spaces);
// The first position from `at` on without white space.
std::size_t SkipSpace(std::string_view text, std::size_t at, Spaces spaces);
std::string_view TrimEnd(std::string_view text, Spaces spaces);

bool IsWordByte(char c);  // \w: [A-Za-z0-9_]

// Replaces CR LF, and each other CR, by LF.
std::string WithNewlines(std::string_view text);

std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view by);

// The positions where the quotation that opens at `open` may close. A regular expression tries the
// first quote without a backslash in front; if the rest does not match, it backtracks to a quote
// with a backslash in front.
struct QuoteEnds {
  std::optional<std::size_t> plain;
  std::vector<std::size_t> escaped;  // the quotes before `plain`, in order
};
QuoteEnds FindQuoteEnds(std::string_view text, std::size_t open);

// Goes through the lines of a text and counts them. The last line needs no newline.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The next line without its newline; nullopt: no line is left.
  std::optional<std::string_view> Next();
  std::size_t number() const { return number_; }  // of the line that Next() gave last

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_SCAN_H_
