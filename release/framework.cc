#include "release/framework.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/gems.h"

namespace release {
namespace {

constexpr std::size_t kMaxScript = 65536;  // bytes of a manage.py

bool Has(const std::string& directory, std::string_view name) {
  return IsRegularFile(fmt::format("{}/{}", directory, name));
}

std::string Read(const std::string& directory, std::string_view name, std::size_t limit) {
  return ReadHostileFile(fmt::format("{}/{}", directory, name), limit).value_or(std::string());
}

std::optional<Framework> FindFramework(const std::string& directory) {
  const auto gems = LockedGems(Read(directory, "Gemfile.lock", kMaxManifest));
  const bool railties = std::find(gems.begin(), gems.end(), "railties") != gems.end();
  if (Has(directory, "bin/rails")) return Framework{Language::kRuby, "Rails, by bin/rails"};
  if (railties) return Framework{Language::kRuby, "Rails, by railties in Gemfile.lock"};
  if (Read(directory, "manage.py", kMaxScript).find("django") != std::string::npos) {
    return Framework{Language::kPython, "Django, by manage.py"};
  }
  // A bin/console alone may belong to an app in another language.
  if (!Has(directory, "composer.json")) return std::nullopt;
  if (Has(directory, "artisan")) return Framework{Language::kPhp, "Laravel, by artisan"};
  if (Has(directory, "bin/console")) return Framework{Language::kPhp, "Symfony, by bin/console"};
  return std::nullopt;
}

// A package that reads a .env, and the file that names it.
struct Loader {
  std::string_view file;
  std::string_view package;
};
constexpr auto kLoaders = std::to_array<Loader>({{"Gemfile.lock", "dotenv"},
                                                 {"Gemfile.lock", "dotenv-rails"},
                                                 {"package.json", "dotenv"},
                                                 {"package.json", "dotenv-flow"},
                                                 {"package.json", "next"},
                                                 {"composer.json", "laravel/framework"},
                                                 {"composer.json", "symfony/dotenv"},
                                                 {"composer.json", "vlucas/phpdotenv"},
                                                 {"requirements.txt", "python-dotenv"},
                                                 {"requirements.txt", "django-environ"},
                                                 {"requirements.txt", "environs"},
                                                 {"requirements.txt", "python-decouple"},
                                                 {"pyproject.toml", "python-dotenv"},
                                                 {"pyproject.toml", "django-environ"},
                                                 {"pyproject.toml", "environs"},
                                                 {"pyproject.toml", "python-decouple"},
                                                 {"Pipfile", "python-dotenv"},
                                                 {"Pipfile", "django-environ"},
                                                 {"mix.exs", "dotenvy"}});

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '/' || c == '.' || c == '@';
}

// Whether `text` names `package` as a whole word.
bool Names(std::string_view text, std::string_view package) {
  for (std::size_t at = 0; (at = text.find(package, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + package.size();
    const bool begins = at == 0 || !IsNameByte(text[at - 1]);
    if (begins && (end == text.size() || !IsNameByte(text[end]))) return true;
  }
  return false;
}

}  // namespace

const std::vector<LanguageMarks>& MarksOfLanguages() {
  static const std::vector<LanguageMarks> marks = {
      {Language::kRuby, "Ruby", "Gemfile Rakefile config.ru", ".rb .rake .ru"},
      {Language::kPython, "Python",
       "requirements.txt pyproject.toml setup.py setup.cfg Pipfile manage.py", ".py"},
      {Language::kPerl, "Perl", "cpanfile Makefile.PL Build.PL app.psgi", ".pl .pm .psgi"},
      {Language::kPhp, "PHP", "composer.json index.php artisan", ".php"},
      {Language::kNode, "Node", "package.json", ".js .mjs .cjs"}};
  return marks;
}

std::optional<Framework> Recognise(const std::string& directory) {
  if (auto framework = FindFramework(directory)) return framework;
  for (const LanguageMarks& marks : MarksOfLanguages()) {
    for (const std::string_view file : base::Split(marks.files, ' ')) {
      if (!Has(directory, file)) continue;
      return Framework{marks.language, fmt::format("{}, by {}", marks.name, file)};
    }
  }
  return std::nullopt;
}

Dialect DialectOf(Language language) {
  switch (language) {
    case Language::kPython:
      return Dialect::kPythonDotenv;
    case Language::kPhp:
      return Dialect::kPhpDotenv;
    case Language::kNode:
      return Dialect::kDotenvJs;
    case Language::kRuby:
    case Language::kPerl:
      break;
  }
  return Dialect::kDotenv;
}

std::string FindLoader(const std::string& directory) {
  std::string_view file;
  std::string text;
  for (const Loader& loader : kLoaders) {
    if (loader.file != file) {
      file = loader.file;
      text = Read(directory, file, kMaxManifest);
    }
    if (Names(text, loader.package)) return fmt::format("{} names {}", file, loader.package);
  }
  return {};
}

}  // namespace release
