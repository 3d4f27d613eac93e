// Pattern: which commands a rule is about: words, as `rake db:rollback STEP=*`.
//
//   *       any characters inside one word, none too
//   ...     as the last word: any further words that do not begin with "-"; alone: everything
//   -...    as the last word: any further words
//
// A rule's pattern is held against the words as typed. With one leading `bundle exec` or `bin/`
// taken off the pattern and the command, it is also held against the words and against what a
// command's name stands for.
#ifndef ONEOFF_CONFIG_PATTERN_H_
#define ONEOFF_CONFIG_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace config {

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
  // Without the last `...` or `-...`, and without a leading `bundle exec` or `bin/`.
  const std::vector<std::string>& bare_words() const { return bare_; }

  // Of exactly these words.
  bool MatchesWords(const std::vector<std::string>& words) const;
  // Of a command, in any of its forms. `stands_for`: the words of the text that a command's name
  // stands for, with the further words that were typed behind it; may be empty.
  bool Matches(const std::vector<std::string>& typed,
               const std::vector<std::string>& stands_for) const;

 private:
  enum class Tail { kNone, kWords, kAnything, kEverything };

  bool Fits(const std::vector<std::string>& pattern, const std::vector<std::string>& words) const;

  std::string text_;
  std::vector<std::string> words_;  // without the tail
  std::vector<std::string> bare_;
  Tail tail_ = Tail::kNone;
};

// `words` without one leading `bundle exec` or, in the first word, `bin/`.
std::vector<std::string> WithoutWrapper(const std::vector<std::string>& words);

enum class Wildcards { kStar, kBoth };

// Whether all of `text` matches `glob`, in which * stands for any characters and, if asked for, ?
// for one. Takes at most the product of the lengths.
bool MatchesGlob(std::string_view glob, std::string_view text,
                 Wildcards wildcards = Wildcards::kStar);

}  // namespace config

#endif  // ONEOFF_CONFIG_PATTERN_H_
