#include "authz/normal_form.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/program_name.h"
#include "config/starters.h"

namespace authz {
namespace {

using Words = std::vector<std::string>;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Programs whose words are tasks; they run each of them.
constexpr auto kRunners = std::to_array<std::string_view>(
    {"rake", "rails", "cap",     "hanami", "padrino",  "thor", "make",  "just",
     "task", "mix",   "invoke",  "fab",    "gradle",   "ant",  "phing", "robo",
     "gulp", "grunt", "artisan", "npm",    "yarn",     "pnpm", "sbt",   "lein",
     "mage", "jake",  "scons",   "ninja",  "composer", "bun"});

struct Alias {
  std::string_view name;
  std::string_view means;
};
constexpr auto kRunnerAliases = std::to_array<Alias>({{"drake", "rake"},
                                                      {"gmake", "make"},
                                                      {"bmake", "make"},
                                                      {"remake", "make"},
                                                      {"inv", "invoke"},
                                                      {"gradlew", "gradle"},
                                                      {"django-admin", "manage.py"},
                                                      {"django-admin.py", "manage.py"},
                                                      {"django", "manage.py"},  // python -m django
                                                      {"manage", "manage.py"},
                                                      {"manage.py", "manage.py"}});
constexpr auto kRailsAliases = std::to_array<Alias>({{"c", "console"},
                                                     {"r", "runner"},
                                                     {"s", "server"},
                                                     {"g", "generate"},
                                                     {"d", "destroy"},
                                                     {"t", "test"},
                                                     {"db", "dbconsole"}});
constexpr auto kScriptAliases = std::to_array<Alias>(
    {{"run-script", "run"}, {"rum", "run"}, {"urn", "run"}, {"t", "test"}, {"tst", "test"}});

// They run the scripts of one package.json.
constexpr auto kPackageManagers = std::to_array<std::string_view>({"npm", "yarn", "pnpm", "bun"});

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

bool StartsProgram(std::string_view word) {
  return config::IsStarter(word) || config::IsInterpreter(word);
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

// The task runner that the word names, also as the value of a one-letter option (`ruby -Srake`,
// `python -mdjango`); empty: none.
std::string_view RunnerIn(std::string_view word) {
  const std::string_view runner = RunnerOf(word);
  const bool joined = runner.empty() && word.size() > 2 && word[0] == '-' && word[1] != '-';
  return joined ? RunnerOf(word.substr(2)) : runner;
}

bool RunsScripts(std::string_view runner) {
  return runner == "composer" || IsOneOf(runner, kPackageManagers);
}

template <std::size_t N>
std::string_view WithoutAlias(std::string_view word, const std::array<Alias, N>& aliases) {
  const auto* const found = std::find_if(aliases.begin(), aliases.end(),
                                         [word](const Alias& alias) { return alias.name == word; });
  return found == aliases.end() ? word : found->means;
}

// The word in the one of its spellings that the runner takes as the same: `rake:db:drop` and
// `^db:drop` are rake's db:drop, `rails r` is `rails runner`, `npm rum` is `npm run`.
std::string Spelled(std::string_view runner, std::string_view word) {
  if (runner == "rake" || runner == "rails") {
    word.remove_prefix(std::min(word.find_first_not_of('^'), word.size()));
    while (word.starts_with("rake:")) word.remove_prefix(5);
  }
  if (runner == "rails") word = WithoutAlias(word, kRailsAliases);
  if (RunsScripts(runner)) word = WithoutAlias(word, kScriptAliases);
  return runner == "make" && !IsOption(word) ? CleanPath(word) : std::string(word);
}

std::string_view WithoutArguments(std::string_view task) { return task.substr(0, task.find('[')); }

// `mix do a, b,c` runs three tasks.
std::vector<std::string_view> TasksOf(std::string_view runner, std::string_view word) {
  return runner == "mix" ? base::Split(word, ',') : std::vector<std::string_view>{word};
}

bool IsTask(std::string_view word) { return !IsOption(word) && !IsVariable(word); }

// The task runner of a pattern: `bundle exec rake x`, `python manage.py x`, `nice -n 5 rake x`.
std::size_t RunnerAt(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!RunnerOf(words[i]).empty()) return i;
    const bool may_precede = IsOption(words[i]) || IsVariable(words[i]) ||
                             StartsProgram(words[i]) ||
                             words[i].find_first_not_of("0123456789") == std::string::npos;
    if (!may_precede) break;
  }
  return words.size();
}

std::size_t ProgramAt(const Words& words) {
  return words.size() > 2 && words[0] == "bundle" && words[1] == "exec" ? 2 : 0;
}

bool IsSameProgram(std::string_view path, const DeniedForm& form) {
  if (form.program.find('/') == std::string::npos) {
    return config::MatchesGlob(form.program, LastComponent(path));
  }
  // A relative path in a pattern also matches an absolute path that ends in it. A bare name is no
  // path.
  if (config::MatchesGlob(form.program, path)) return true;
  return !form.program.starts_with('/') && config::MatchesGlob("*/" + form.program, path);
}

// rails also runs rake's tasks. Only those have a colon; rails' own commands have none.
bool IsSameRunner(std::string_view runner, const DeniedForm& form) {
  if (runner == form.runner) return true;
  if (IsOneOf(runner, kPackageManagers) && IsOneOf(form.runner, kPackageManagers)) {
    return !form.words.empty();
  }
  const auto is_rake = [](std::string_view name) { return name == "rake" || name == "rails"; };
  return is_rake(runner) && is_rake(form.runner) &&
         std::any_of(form.words.begin(), form.words.end(), [](const std::string& word) {
           return IsTask(word) && word.find(':') != std::string::npos;
         });
}

}  // namespace

DeniedForm::DeniedForm(const Words& pattern) {
  const std::size_t at = RunnerAt(pattern);
  if (at == pattern.size()) {
    const auto start = pattern.begin() + static_cast<std::ptrdiff_t>(ProgramAt(pattern));
    program = CleanPath(*start);
    words.assign(start + 1, pattern.end());
    return;
  }
  runner = RunnerOf(pattern[at]);
  program = runner;
  for (std::size_t i = at + 1; i < pattern.size(); ++i) {
    if (pattern[i] != "--") words.push_back(Spelled(runner, pattern[i]));
  }
  // `npm run x` and `npm x` run the same script, but `npm run` alone is a command of its own.
  if (RunsScripts(runner) && words.size() > 1) std::erase(words, "run");
}

NormalForm::NormalForm(Words words) : words_(std::move(words)), started_(words_.size()) {
  paths_.reserve(words_.size());
  for (std::size_t i = 0; i < words_.size(); ++i) {
    paths_.push_back(CleanPath(words_[i]));
    if (started_ == words_.size() && StartsProgram(words_[i])) started_ = i + 1;
    const std::string_view name = RunnerIn(words_[i]);
    if (name.empty()) continue;
    const auto known = std::find_if(runners_.begin(), runners_.end(),
                                    [name](const Runner& runner) { return runner.name == name; });
    if (known == runners_.end()) {
      runners_.push_back({name, i, i});
    } else {
      known->last = i;
    }
  }
}

Words NormalForm::TasksBehind(std::size_t place, std::string_view runner) const {
  Words tasks;
  for (std::size_t i = place + 1; i < words_.size(); ++i) {
    if (!IsTask(words_[i])) continue;
    // An abbreviation counts as one only in the first place, so that the text shows what was typed.
    const bool as_typed = runner == "rails" && !tasks.empty();
    const std::string task = Spelled(as_typed ? "rake" : runner, words_[i]);
    tasks.emplace_back(WithoutArguments(task));
  }
  return tasks;
}

bool NormalForm::HasWordFor(std::string_view glob, const Runner& runner) const {
  const auto begin = words_.begin() + static_cast<std::ptrdiff_t>(runner.first) + 1;
  return std::any_of(begin, words_.end(), [&](const std::string& word) {
    if (config::MatchesGlob(glob, word)) return true;
    const auto tasks = TasksOf(runner.name, word);
    return std::any_of(tasks.begin(), tasks.end(), [&](std::string_view task) {
      const std::string spelled = Spelled(runner.name, task);
      return config::MatchesGlob(glob, spelled) ||
             (IsTask(spelled) && config::MatchesGlob(glob, WithoutArguments(spelled)));
    });
  });
}

bool NormalForm::RunsTasksOf(const config::Pattern& pattern, const DeniedForm& form) const {
  return std::any_of(runners_.begin(), runners_.end(), [&](const Runner& runner) {
    if (!IsSameRunner(runner.name, form)) return false;
    if (form.words.empty()) {
      return pattern.open_ended() ||
             std::none_of(words_.begin() + static_cast<std::ptrdiff_t>(runner.last) + 1,
                          words_.end(), IsTask);
    }
    return std::all_of(form.words.begin(), form.words.end(),
                       [&](const std::string& word) { return HasWordFor(word, runner); });
  });
}

bool NormalForm::StartsProgramOf(const config::Pattern& pattern, const DeniedForm& form) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (i > 0 && i < started_) i = started_;
    if (i == words_.size()) break;
    if (IsSameProgram(paths_[i], form) &&
        pattern.FitsWidely(form.words, std::span(words_).subspan(i + 1))) {
      return true;
    }
  }
  // A wildcard for the program matches a task runner, too: its tasks are compared.
  return std::any_of(runners_.begin(), runners_.end(), [&](const Runner& runner) {
    return IsSameProgram(runner.name, form) &&
           pattern.FitsWidely(form.words, TasksBehind(runner.first, runner.name));
  });
}

bool NormalForm::IsMatchedBy(const config::Pattern& pattern, const DeniedForm& form) const {
  return form.runner.empty() ? StartsProgramOf(pattern, form) : RunsTasksOf(pattern, form);
}

std::string NormalForm::Text() const {
  const std::size_t at = ProgramAt(words_);
  const Words words =
      runners_.empty() ? Words(words_.begin() + static_cast<std::ptrdiff_t>(at) + 1, words_.end())
                       : TasksBehind(runners_[0].first, runners_[0].name);
  const std::string program = runners_.empty() ? paths_[at] : std::string(runners_[0].name);
  return words.empty() ? program : program + " " + base::ShellJoin(words);
}

}  // namespace authz
