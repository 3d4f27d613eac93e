#include "authz/normal_form.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "config/program_name.h"

namespace authz {
namespace {

using Words = std::vector<std::string>;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Programs whose words are tasks; they run each of them.
constexpr auto kRunners = std::to_array<std::string_view>(
    {"rake",   "rails", "cap",    "hanami", "padrino", "thor", "make",  "just",  "task",    "mix",
     "invoke", "fab",   "gradle", "ant",    "phing",   "robo", "gulp",  "grunt", "artisan", "npm",
     "yarn",   "pnpm",  "sbt",    "lein",   "mage",    "jake", "scons", "ninja", "composer"});

struct Alias {
  std::string_view name;
  std::string_view means;
};
constexpr auto kRunnerAliases = std::to_array<Alias>({{"drake", "rake"},
                                                      {"gmake", "make"},
                                                      {"bmake", "make"},
                                                      {"inv", "invoke"},
                                                      {"gradlew", "gradle"},
                                                      {"django-admin", "manage.py"},
                                                      {"manage.py", "manage.py"}});
constexpr auto kRailsAliases = std::to_array<Alias>({{"c", "console"},
                                                     {"r", "runner"},
                                                     {"s", "server"},
                                                     {"g", "generate"},
                                                     {"d", "destroy"},
                                                     {"t", "test"},
                                                     {"db", "dbconsole"}});

// Words that may come before a program and start it.
constexpr auto kStarters = std::to_array<std::string_view>(
    {"bundle", "exec",   "env",    "nice",    "ionice", "nohup",   "time",      "timeout",
     "setsid", "stdbuf", "chrt",   "sudo",    "doas",   "spring",  "ruby",      "jruby",
     "python", "php",    "dotenv", "command", "run",    "taskset", "poetry",    "pipenv",
     "uv",     "rbenv",  "asdf",   "mise",    "rvm",    "unshare", "catchsegv", "npx"});

// The path without empty components and ".", and with ".." resolved where possible.
std::string CleanPath(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : base::Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  std::string clean = path.starts_with('/') ? "/" : "";
  for (const std::string_view part : kept) {
    if (!clean.empty() && clean.back() != '/') clean += '/';
    clean += part;
  }
  return clean;
}

std::string_view LastComponent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsOption(std::string_view word) { return word.starts_with('-'); }

// NAME=value with any name.
bool IsVariable(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && equals < word.find('[');
}

// The task runner that the word names; empty: none. Symfony's console counts only with a path:
// without one, `console` is the framework's.
std::string_view RunnerOf(std::string_view word) {
  if (word.find('/') != std::string_view::npos && LastComponent(word) == "console") {
    return "bin/console";
  }
  if (LastComponent(word) == "manage.py") return "manage.py";
  const std::string_view name = config::ProgramName(word);
  const auto* const alias = std::find_if(kRunnerAliases.begin(), kRunnerAliases.end(),
                                         [name](const Alias& known) { return known.name == name; });
  if (alias != kRunnerAliases.end()) return alias->means;
  const auto* const found = std::find(kRunners.begin(), kRunners.end(), name);
  return found == kRunners.end() ? std::string_view() : *found;
}

// Whether the word may come before the program that a command starts.
bool MayPrecede(std::string_view word) {
  return IsOption(word) || IsVariable(word) || IsOneOf(config::ProgramName(word), kStarters) ||
         (!word.empty() && word[0] >= '0' && word[0] <= '9');
}

// The position of the task runner, as in `bundle exec nice -n 5 ./bin/rake`; nullopt: there is
// none.
std::optional<std::size_t> RunnerAt(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!RunnerOf(words[i]).empty()) return i;
    if (!MayPrecede(words[i])) break;
  }
  return std::nullopt;
}

// The full name of an abbreviation: "runner" for `rails r`.
std::string WithoutAlias(const std::string& command) {
  const auto* const found =
      std::find_if(kRailsAliases.begin(), kRailsAliases.end(),
                   [&command](const Alias& alias) { return alias.name == command; });
  return found == kRailsAliases.end() ? command : std::string(found->means);
}

}  // namespace

NormalForm::NormalForm(const Words& words) {
  const auto at = RunnerAt(words);
  if (!at) {
    const bool wrapped = words.size() > 2 && words[0] == "bundle" && words[1] == "exec";
    const auto program = words.begin() + (wrapped ? 2 : 0);
    program_ = CleanPath(*program);
    words_.assign(program + 1, words.end());
    return;
  }
  runner_ = RunnerOf(words[*at]);
  program_ = runner_;
  for (std::size_t i = *at + 1; i < words.size(); ++i) {
    std::string word = words[i];
    if (word == "--") continue;
    const bool is_task = !IsOption(word) && !IsVariable(word);
    if (is_task && runner_ == "rails" && tasks_.empty()) word = WithoutAlias(word);
    if (is_task) tasks_.emplace_back(word, 0, word.find('['));
    words_.push_back(std::move(word));
  }
}

bool NormalForm::IsSameProgram(const NormalForm& pattern) const {
  if (pattern.program_.find('/') == std::string::npos) {
    return config::MatchesGlob(pattern.program_, LastComponent(program_));
  }
  // A relative path in a pattern also matches an absolute path that ends in it. A bare name is no
  // path.
  if (config::MatchesGlob(pattern.program_, program_)) return true;
  return !pattern.program_.starts_with('/') &&
         config::MatchesGlob("*/" + pattern.program_, program_);
}

// rails also runs rake's tasks. Only those have a colon; rails' own commands have none.
bool NormalForm::IsSameRunner(const NormalForm& pattern) const {
  if (runner_ == pattern.runner_) return true;
  const auto is_rake = [](std::string_view name) { return name == "rake" || name == "rails"; };
  return is_rake(runner_) && is_rake(pattern.runner_) &&
         std::any_of(pattern.tasks_.begin(), pattern.tasks_.end(),
                     [](const std::string& task) { return task.find(':') != std::string::npos; });
}

bool NormalForm::HasWordFor(std::string_view glob) const {
  const auto matches = [glob](const std::string& word) { return config::MatchesGlob(glob, word); };
  return std::any_of(words_.begin(), words_.end(), matches) ||
         std::any_of(tasks_.begin(), tasks_.end(), matches);
}

bool NormalForm::IsMatchedBy(const config::Pattern& pattern, const NormalForm& form) const {
  if (form.runner_.empty()) {
    return IsSameProgram(form) && (pattern.FitsWidely(form.words_, words_) ||
                                   (!tasks_.empty() && pattern.FitsWidely(form.words_, tasks_)));
  }
  if (!IsSameRunner(form)) return false;
  if (form.words_.empty()) return pattern.open_ended() || tasks_.empty();
  return std::all_of(form.words_.begin(), form.words_.end(),
                     [this](const std::string& word) { return HasWordFor(word); });
}

std::string NormalForm::Text() const {
  const Words& words = runner_.empty() ? words_ : tasks_;
  return words.empty() ? program_ : program_ + " " + base::ShellJoin(words);
}

}  // namespace authz
