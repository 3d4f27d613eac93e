// Makes text from peers and files safe to print, to store and to compare.
//
// All sizes and limits are bytes. Nothing here depends on the locale.
#ifndef ONEOFF_BASE_TEXT_H_
#define ONEOFF_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// `bytes` in single quotes, with control characters (C0, DEL, C1) and bytes that are not valid
// UTF-8 as \xNN; characters that are invisible, reorder text or look like a space as \u{N}; and cut
// after `limit` bytes of input (with "..." after the quote). Messages use it for a peer's data. A
// quote or a backslash in `bytes` stays as it is: the result is for people and cannot be read back.
std::string Quote(std::string_view bytes, std::size_t limit = 200);
// As Quote, without the quotes; for a word within a line. The result never holds a newline, and has
// at most four bytes for each byte of input, and "...".
std::string Escape(std::string_view bytes, std::size_t limit = 200);
// With a CR before each LF, as a terminal in raw mode needs it. An LF that has one gets a second.
std::string WithCarriageReturns(std::string_view text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. True for the empty text.
bool IsUtf8(std::string_view bytes);

std::string Base64Encode(std::string_view bytes);
// Standard alphabet, padded, without white space (RFC 4648 4), and with zeros as the unused bits
// (RFC 4648 3.5), so that each value has one encoding. nullopt for any other text.
std::optional<std::string> Base64Decode(std::string_view text);

// The parts between the separators, empty ones too: N separators give N + 1 parts, and "" gives
// one. They are views of `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& words, std::string_view separator);
// `text` without white space (space, tab, CR, LF, VT, FF) at both ends.
std::string_view Trim(std::string_view text);

// The candidate with the fewest edits to `word` (inserted, removed, replaced bytes), the first of
// several; nullopt if none is close enough to be a likely typing error: at most a third of `word`'s
// size and one more. Costs the product of the sizes for each candidate, so the caller bounds them.
std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// `words` as a person would type them to a POSIX shell, in single quotes where the shell needs them
// (an empty word is ''). Brackets stay without quotes, as people type rake's tasks. Control
// characters stay as they are: escape the result before it is printed.
std::string ShellJoin(const std::vector<std::string>& words);

}  // namespace base

#endif  // ONEOFF_BASE_TEXT_H_
