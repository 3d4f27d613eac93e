// Pattern: which commands a rule is about: words, as `rake db:rollback STEP=*`.
//
//   *       any characters but "/" inside one word, none too; ** any characters
//   ...     as the last word: any further words that do not begin with "-"; alone: everything
//   -...    as the last word: any further words
//
// No wildcard but `...` alone matches a word that leads out of the folder that the pattern names;
// authz/FORMAT.md, "Matching", is the whole of it. A pattern is taken as it is written: only what
// was typed is held against it in more than one form.
#ifndef ONEOFF_CONFIG_PATTERN_H_
#define ONEOFF_CONFIG_PATTERN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/variable_words.h"

namespace config {

// A command in each form that patterns are held against: the words as typed, then without one
// leading `bundle exec` or `bin/`; and the same of the text that a name stands for, with the
// further words that were typed behind it, if there is one.
class CommandForms {
 public:
  CommandForms(const std::vector<std::string>& typed, const std::vector<std::string>& stands_for);

  const std::vector<std::vector<std::string>>& forms() const { return forms_; }

 private:
  void Add(const std::vector<std::string>& words);

  std::vector<std::vector<std::string>> forms_;
};

// What words that set variables mean to a rule: which words those are, and which names it accepts.
// Without `accepted`, all.
struct VariableTerms {
  VariableWords taken = VariableWords::kNone;
  const std::vector<std::string>* accepted = nullptr;

  // The name of a variable that the word sets and that is not accepted; nullopt: none.
  std::optional<std::string_view> RefusedIn(std::string_view word) const;
};

class Pattern {
 public:
  // Words between spaces; no quoting. kInvalid: empty, over 1024 bytes, `...` or `-...` before the
  // end.
  static base::Result<Pattern> Parse(std::string_view text);

  // As written, with single spaces.
  const std::string& text() const { return text_; }
  // `...` alone.
  bool everything() const { return tail_ == Tail::kEverything; }
  // `-...` or `...` at the end.
  bool open_ended() const { return tail_ != Tail::kNone; }
  bool takes_options() const { return tail_ == Tail::kAnything || everything(); }
  // Without the last `...` or `-...`.
  const std::vector<std::string>& words() const { return words_; }

  // Of exactly these words.
  bool MatchesWords(const std::vector<std::string>& words, const VariableTerms& variables) const;
  // Of a command, in any of its forms.
  bool Matches(const CommandForms& command, const VariableTerms& variables) const;

  // As a deny rule matches: every wildcard stands for any characters.
  bool MatchesWidely(const CommandForms& command) const;
  // The same of these words, with `words` in place of the pattern's own, and the pattern's end.
  bool FitsWidely(const std::vector<std::string>& words,
                  const std::vector<std::string>& command) const;
  // As patterns matched before wildcards were held to folders: widely, and with the wrapper taken
  // off the pattern, too. What `policy check` compares with.
  bool MatchedBefore(const CommandForms& command) const;

 private:
  enum class Tail { kNone, kWords, kAnything, kEverything };

  bool HasPlaceFor(std::size_t pattern_words, const std::vector<std::string>& words) const;
  bool TailTakes(std::string_view word, const VariableTerms& variables) const;

  std::string text_;
  std::vector<std::string> words_;  // without the tail
  Tail tail_ = Tail::kNone;
};

// `words` without one leading `bundle exec` or, where only a name stands behind it, `bin/`.
std::vector<std::string> WithoutWrapper(const std::vector<std::string>& words);

enum class Wildcards { kStar, kBoth };

// Whether all of `text` matches `glob`, in which * stands for any characters and, if asked for, ?
// for one. Takes at most the product of the lengths.
bool MatchesGlob(std::string_view glob, std::string_view text,
                 Wildcards wildcards = Wildcards::kStar);

}  // namespace config

#endif  // ONEOFF_CONFIG_PATTERN_H_
