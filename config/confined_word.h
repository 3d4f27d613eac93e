// ConfinedWord: matches a pattern's wildcards with one word of a command, so that they stay inside
// the folder that the pattern names (authz/FORMAT.md, "Matching").
//
// A word is split into parts, as programs split it. A part begins at the start of the word; after
// each ASCII character that is not a letter, a digit or one of `. _ - + / ~` (so after `=`, `:`,
// `,`, `@`, `[`, a blank, …); and after each letter of one-letter options (`-C`, `-xf`).
#ifndef ONEOFF_CONFIG_CONFINED_WORD_H_
#define ONEOFF_CONFIG_CONFINED_WORD_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace config {

struct WordPaths {
  bool parent = false;                // a part has a component `..`
  std::vector<std::size_t> absolute;  // the offsets of parts that begin with `/` or `~`
};
WordPaths PathsOf(std::string_view word);

// Whether a wildcard for a whole word matches `word`: no part begins with `/` or `~` or has a
// component `..`.
bool IsConfined(std::string_view word);

// Whether all of `word` matches `glob`: * stands for any characters but `/`, and ** for any
// characters. A glob with a wildcard matches no word with a component `..`, and matches an absolute
// part only where the glob's own part is absolute. Takes at most the product of the lengths.
bool MatchesConfined(std::string_view glob, std::string_view word);

}  // namespace config

#endif  // ONEOFF_CONFIG_CONFINED_WORD_H_
