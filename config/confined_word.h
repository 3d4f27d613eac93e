// ConfinedWord: how a pattern's wildcards match one word of a command, so that they stay inside the
// folder that the pattern names (authz/FORMAT.md, "Matching").
//
// A word is taken apart as programs do it: a part begins at the word's beginning, behind each
// character that is neither a letter, a digit, one of `. _ - + / ~` nor beyond ASCII (`=`, `:`,
// `,`, `@`, `[`, a blank, …), and behind each letter of one-letter options (`-C`, `-xf`).
#ifndef ONEOFF_CONFIG_CONFINED_WORD_H_
#define ONEOFF_CONFIG_CONFINED_WORD_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace config {

struct WordPaths {
  bool parent = false;                // some part has a component `..`
  std::vector<std::size_t> absolute;  // the offsets at which a part begins with `/` or `~`
};
WordPaths PathsOf(std::string_view word);

// Whether a wildcard that stands for all of `word` matches it: no part of it is absolute, begins
// with `~`, or has a component `..`.
bool IsConfined(std::string_view word);

// Whether all of `word` matches `glob`, in which * stands for any characters but `/`, and ** for
// any. With a wildcard, a word that has a component `..` does not match, and a part of it that is
// absolute only where the pattern's is. Takes at most the product of the lengths.
bool MatchesConfined(std::string_view glob, std::string_view word);

}  // namespace config

#endif  // ONEOFF_CONFIG_CONFINED_WORD_H_
