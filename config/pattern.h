// Pattern: the commands that a rule is about, as words such as `rake db:rollback STEP=*`.
//
//   *       any characters but "/" within one word, also none; ** any characters
//   ...     as the last word: any further words that do not begin with "-"; alone: everything
//   -...    as the last word: any further words
//
// No wildcard except a lone `...` matches a word that leads out of the folder that the pattern
// names; the complete rules: authz/FORMAT.md, "Matching". A pattern has one form, as written. Only
// the typed command is matched in several forms.
#ifndef ONEOFF_CONFIG_PATTERN_H_
#define ONEOFF_CONFIG_PATTERN_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/variable_words.h"

namespace config {

// A command in each form that patterns are matched with: the typed words; the same without one
// leading `bundle exec` or `bin/`; and, for a name, both forms of the name's text with the further
// typed words.
class CommandForms {
 public:
  CommandForms(const std::vector<std::string>& typed, const std::vector<std::string>& stands_for);

  const std::vector<std::vector<std::string>>& forms() const { return forms_; }

 private:
  void Add(const std::vector<std::string>& words);

  std::vector<std::vector<std::string>> forms_;
};

// How a rule treats words that set variables: which words do so, and which names the rule accepts.
// Without `accepted`, all names.
struct VariableTerms {
  VariableWords taken = VariableWords::kNone;
  const std::vector<std::string>* accepted = nullptr;

  // The name of a variable that the word sets and the rule does not accept; nullopt: none.
  std::optional<std::string_view> RefusedIn(std::string_view word) const;
  // Whether the word sets a variable and make would run what a `$` in it names.
  bool MayRun(std::string_view word) const;
};

class Pattern {
 public:
  // `text` is words between spaces, without quoting. kInvalid: empty, over 1024 bytes, `...` or
  // `-...` before the end, `-...` alone, a word that begins with a quote. The message is a clause
  // without a subject ("is empty"), to be put behind the name of what was parsed.
  static base::Result<Pattern> Parse(std::string_view text);

  // The pattern as written, with single spaces.
  const std::string& text() const { return text_; }
  // Whether the pattern is `...` alone.
  bool everything() const { return tail_ == Tail::kEverything; }
  // Whether it ends in `-...` or `...`.
  bool open_ended() const { return tail_ != Tail::kNone; }
  // Whether its further words may begin with "-".
  bool takes_options() const { return tail_ == Tail::kAnything || everything(); }
  // The words without the final `...` or `-...`.
  const std::vector<std::string>& words() const { return words_; }

  // Whether it matches exactly these words.
  bool MatchesWords(const std::vector<std::string>& words, const VariableTerms& variables) const;
  // Whether it matches the command in one of its forms.
  bool Matches(const CommandForms& command, const VariableTerms& variables) const;

  // Matches as deny rules do: every wildcard stands for any characters.
  bool MatchesWidely(const CommandForms& command) const;
  // The same, with `words` instead of the pattern's own words, and with the pattern's tail.
  bool FitsWidely(const std::vector<std::string>& words,
                  std::span<const std::string> command) const;
  // Matches as before wildcards were confined to folders: widely, and with the wrapper removed from
  // the pattern, too. `oneoff policy check` compares with it.
  bool MatchedBefore(const CommandForms& command) const;

 private:
  enum class Tail { kNone, kWords, kAnything, kEverything };

  bool HasPlaceFor(std::size_t pattern_words, std::size_t words) const;
  bool TailTakes(std::string_view word, const VariableTerms& variables) const;

  std::string text_;
  std::vector<std::string> words_;  // without the tail
  Tail tail_ = Tail::kNone;
};

// `words` without one leading `bundle exec` (if a word follows), or without `bin/` in front of a
// plain name. Other words stay as they are.
std::vector<std::string> WithoutWrapper(const std::vector<std::string>& words);

enum class Wildcards { kStar, kBoth };

// Whether all of `text` matches `glob`: * stands for any characters and, with kBoth, ? for one.
// Takes at most the product of the lengths.
bool MatchesGlob(std::string_view glob, std::string_view text,
                 Wildcards wildcards = Wildcards::kStar);

}  // namespace config

#endif  // ONEOFF_CONFIG_PATTERN_H_
