// Framework: the framework or language of an app, recognised by files in the release's folder. It
// decides what `console` runs and which dialect a default .env has.
//
// It runs nothing, and reads only fixed names in one folder: the app's user's process calls it. It
// is a guess by file names; an app file's own words have precedence.
#ifndef ONEOFF_RELEASE_FRAMEWORK_H_
#define ONEOFF_RELEASE_FRAMEWORK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/env/dialect.h"

namespace release {

// Bytes of a package.json or a similar file.
inline constexpr std::size_t kMaxManifest = 512UL * 1024;

// In the order in which they are tried.
enum class Language : int { kRuby, kPython, kPerl, kPhp, kNode, kLast = kNode };

struct LanguageMarks {
  Language language;
  std::string_view name;
  std::string_view files;  // separated by spaces; any of these in the release's folder
  std::string_view ends;   // separated by spaces; endings of its programs' names
};
// One entry for each Language, in its order.
const std::vector<LanguageMarks>& MarksOfLanguages();

struct Framework {
  Language language = Language::kRuby;
  std::string why;  // "Node, by package.json"; fixed words, safe to print
};

// Tries frameworks first (Rails, Django, Laravel, Symfony), then languages. Reads in `directory`,
// the release's, as the app's user. nullopt: no known file is there. A file that cannot be read, or
// is over kMaxManifest, counts as one that does not exist.
std::optional<Framework> Recognise(const std::string& directory);

// The dialect of an app's .env: python-dotenv, phpdotenv, dotenv-js; dotenv for Ruby and Perl.
Dialect DialectOf(Language language);

// The package of the release that reads the .env itself when the app starts: "package.json names
// dotenv". Empty: no known one. It is a hint, no proof: this runs nothing.
std::string FindLoader(const std::string& directory);

}  // namespace release

#endif  // ONEOFF_RELEASE_FRAMEWORK_H_
