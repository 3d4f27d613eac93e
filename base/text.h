// Text that came from somebody else: made safe to print, to store, to compare.
#ifndef ONEOFF_BASE_TEXT_H_
#define ONEOFF_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// `bytes` in single quotes, every byte that is not printable ASCII or valid UTF-8 as \xNN, and cut
// after `limit` bytes (with "..." behind the quote). What any message uses for a peer's data.
std::string Quote(std::string_view bytes, std::size_t limit = 200);
// As Quote, without the quotes: for a word in the middle of a line.
std::string Escape(std::string_view bytes, std::size_t limit = 200);
// With a CR before each LF, as on a terminal.
std::string WithCarriageReturns(std::string_view text);

bool IsUtf8(std::string_view bytes);

std::string Base64Encode(std::string_view bytes);
// Standard alphabet, padded, no white space. nullopt if `text` is anything else.
std::optional<std::string> Base64Decode(std::string_view text);

std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& words, std::string_view separator);
// White space (space, tab, CR, LF, VT, FF) taken off both ends.
std::string_view Trim(std::string_view text);

// The candidate nearest to `word` by edits, if it is near enough to be what was meant.
std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// `words` as a person would type them to a POSIX shell: quoted where a shell would need it.
std::string ShellJoin(const std::vector<std::string>& words);

}  // namespace base

#endif  // ONEOFF_BASE_TEXT_H_
