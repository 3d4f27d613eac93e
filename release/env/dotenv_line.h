// The lines of a dotenv file as the regular expression LINE of Ruby's dotenv matches them, or the
// one of Node's dotenv, which was derived from it.
#ifndef ONEOFF_RELEASE_ENV_DOTENV_LINE_H_
#define ONEOFF_RELEASE_ENV_DOTENV_LINE_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "release/env/value_scan.h"

namespace release {

// The differences between the two.
struct DotenvGrammar {
  Spaces spaces;
  std::string_view quotes;
  bool dash_in_names;
  bool bare_names;  // a name without '=' or ": " is a line of its own
};

struct DotenvLine {
  std::size_t number = 0;   // of the line with the name, from 1
  bool understood = false;  // if false, the parser skips this line, and nothing below is set
  bool exported = false;
  std::string_view name;
  std::optional<std::string_view> value;  // quotes included
  bool separated = false;                 // by '=' or ':'; otherwise a bare name
  bool cut = false;  // an unquoted value ends at a '#' without white space in front of it
};

class DotenvLines {
 public:
  // `text` has LF as its only line break (WithNewlines). It must outlive the results of Next().
  DotenvLines(std::string_view text, DotenvGrammar grammar) : text_(text), grammar_(grammar) {}

  // Skips comments and empty lines. nullopt: no line is left.
  std::optional<DotenvLine> Next();

 private:
  struct Match {
    DotenvLine line;
    std::size_t end = 0;  // where `$` matched
  };
  std::optional<Match> At(std::size_t at) const;
  std::optional<Match> NameAt(std::size_t at) const;
  std::optional<std::size_t> Tail(std::size_t at) const;
  void Value(std::size_t at, Match& match) const;
  bool Quoted(std::size_t at, char quote, Match& match) const;
  bool Close(std::size_t at, std::size_t quote, Match& match) const;
  std::size_t Skip(std::size_t at) const { return SkipSpace(text_, at, grammar_.spaces); }
  void CountLines(std::size_t from, std::size_t to);

  std::string_view text_;
  DotenvGrammar grammar_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DOTENV_LINE_H_
