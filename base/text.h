// Makes text from peers and files safe to print, to store and to compare.
#ifndef ONEOFF_BASE_TEXT_H_
#define ONEOFF_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// `bytes` in single quotes, with every byte that is not printable ASCII or valid UTF-8 as \xNN, and
// cut after `limit` bytes (with "..." after the quote). Messages use it for a peer's data.
std::string Quote(std::string_view bytes, std::size_t limit = 200);
// As Quote, without the quotes; for a word within a line.
std::string Escape(std::string_view bytes, std::size_t limit = 200);
// With a CR before each LF, as a terminal in raw mode needs it.
std::string WithCarriageReturns(std::string_view text);

bool IsUtf8(std::string_view bytes);

std::string Base64Encode(std::string_view bytes);
// Standard alphabet, padded, without white space (RFC 4648 4). nullopt for any other text.
std::optional<std::string> Base64Decode(std::string_view text);

std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& words, std::string_view separator);
// `text` without white space (space, tab, CR, LF, VT, FF) at both ends.
std::string_view Trim(std::string_view text);

// The candidate with the fewest edits to `word`; nullopt if none is close enough to be a likely
// typing error.
std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// `words` as a person would type them to a POSIX shell, with quotes where the shell needs them.
std::string ShellJoin(const std::vector<std::string>& words);

}  // namespace base

#endif  // ONEOFF_BASE_TEXT_H_
