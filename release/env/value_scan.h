// What the parsers of several dialects see alike: line breaks, white space, words, quotes.
#ifndef ONEOFF_RELEASE_ENV_VALUE_SCAN_H_
#define ONEOFF_RELEASE_ENV_VALUE_SCAN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace release {

// Which characters `\s` stands for.
enum class Spaces { kRuby, kJavaScript, kPython };

// How many bytes the white space character at `at` has; 0 if there is none, or nothing.
std::size_t SpaceAt(std::string_view text, std::size_t at, Spaces spaces);
// The first place at or behind `at` where there is no white space.
std::size_t SkipSpace(std::string_view text, std::size_t at, Spaces spaces);
std::string_view TrimEnd(std::string_view text, Spaces spaces);

bool IsWordByte(char c);  // \w: [A-Za-z0-9_]

// Each "\r\n", and each other "\r", as "\n".
std::string WithNewlines(std::string_view text);

std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view by);

// Where the quotation that opens at `open` may close: at the first such quote that no backslash
// precedes, and else, which is how a regular expression backtracks, at one that a backslash does.
struct QuoteEnds {
  std::optional<std::size_t> plain;
  std::vector<std::size_t> escaped;  // those before `plain`, in order
};
QuoteEnds FindQuoteEnds(std::string_view text, std::size_t open);

// The text's lines, one after the other, with their numbers; a last line needs no newline.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // nullopt behind the last one. Without the newline.
  std::optional<std::string_view> Next();
  std::size_t number() const { return number_; }  // of the one that Next() gave

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_SCAN_H_
