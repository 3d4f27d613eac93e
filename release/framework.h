// Framework: the framework or language of an app, recognised by files in the release's folder. It
// decides what `console` runs and which dialect a default .env has.
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
const std::vector<LanguageMarks>& MarksOfLanguages();

struct Framework {
  Language language = Language::kRuby;
  std::string why;  // "Node, by package.json"
};

// Tries frameworks first (Rails, Django, Laravel, Symfony), then languages. Reads in `directory`,
// the release's, as the app's user. nullopt: no known file is there.
std::optional<Framework> Recognise(const std::string& directory);

// The dialect of an app's .env: dotenv, python-dotenv, phpdotenv or dotenv-js.
Dialect DialectOf(Language language);

// The package of the release that reads the .env itself when the app starts: "package.json names
// dotenv". Empty: no known one. It is a hint, no proof: this runs nothing.
std::string FindLoader(const std::string& directory);

}  // namespace release

#endif  // ONEOFF_RELEASE_FRAMEWORK_H_
