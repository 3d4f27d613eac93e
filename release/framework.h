// Framework: which framework or language an app is written in, by the files that its tools leave in
// the release's folder. What it decides: `console`, and whose rules a default .env follows.
#ifndef ONEOFF_RELEASE_FRAMEWORK_H_
#define ONEOFF_RELEASE_FRAMEWORK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/env/dialect.h"

namespace release {

inline constexpr std::size_t kMaxManifest = 512UL * 1024;  // bytes of a package.json and its like

// In the order in which they are tried.
enum class Language : int { kRuby, kPython, kPerl, kPhp, kNode, kLast = kNode };

struct LanguageMarks {
  Language language;
  std::string_view name;
  std::string_view files;  // any of these in the release's folder
  std::string_view ends;   // of the names of its programs
};
const std::vector<LanguageMarks>& MarksOfLanguages();

struct Framework {
  Language language = Language::kRuby;
  std::string why;  // "Node, by package.json"
};

// Frameworks first (Rails, Django, Laravel, Symfony), then languages. Reads in `directory`, the
// release's: the app's user's process does this. nullopt: by no file that is known.
std::optional<Framework> Recognise(const std::string& directory);

// Whose rules a .env of such an app follows: dotenv, python-dotenv, phpdotenv, dotenv-js.
Dialect DialectOf(Language language);

// What in the release reads the .env by itself when the app starts: "package.json names dotenv".
// Empty: nothing that is known. It is a hint and no proof: nothing is run.
std::string FindLoader(const std::string& directory);

}  // namespace release

#endif  // ONEOFF_RELEASE_FRAMEWORK_H_
