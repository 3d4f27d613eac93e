#include "release/command/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "release/framework.h"
#include "release/hostile_file.h"
#include "release/isolation/gems.h"
#include "release/isolation/search_path.h"

namespace release {
namespace {

constexpr std::size_t kMaxEntries = 10'000;  // of a folder that is read
constexpr std::size_t kMaxScript = 65536;    // bytes of a script that is read

using Words = std::vector<std::string>;

class Finder {
 public:
  Finder(const std::string& directory, std::string_view path,
         const std::vector<IsolationLayer>& layers)
      : directory_(directory), path_(path), layers_(layers) {}

  Console Find() const {
    for (const auto find : {&Finder::Rails, &Finder::Django, &Finder::Laravel, &Finder::Elixir}) {
      if (auto console = (this->*find)()) return *console;
    }
    for (const LanguageMarks& marks : MarksOfLanguages()) {
      for (const std::string_view file : base::Split(marks.files, ' ')) {
        if (Has(file)) return Of(marks, fmt::format("by {}", file));
      }
      if (const IsolationLayer* layer = LayerOf(marks.language)) {
        return Of(marks, fmt::format("by its {}", NameOf(layer->kind)));
      }
    }
    for (const std::string_view folder : {"", "scripts/", "script/", "bin/", "lib/"}) {
      if (auto console = ByNames(folder)) return *console;
    }
    return {};
  }

 private:
  bool Has(std::string_view name) const {
    return IsRegularFile(fmt::format("{}/{}", directory_, name));
  }
  const IsolationLayer* Layer(IsolationKind kind) const {
    const auto found =
        std::find_if(layers_.begin(), layers_.end(),
                     [kind](const IsolationLayer& layer) { return layer.kind == kind; });
    return found == layers_.end() ? nullptr : &*found;
  }
  // The layer that holds programs in this language only.
  const IsolationLayer* LayerOf(Language language) const {
    switch (language) {
      case Language::kRuby:
        return Layer(IsolationKind::kBundler);
      case Language::kPython:
        return Layer(IsolationKind::kVirtualenv);
      case Language::kPerl:
        return Layer(IsolationKind::kCarton);
      case Language::kPhp:
        return Layer(IsolationKind::kComposer);
      case Language::kNode:
        return Layer(IsolationKind::kNode);
    }
    return nullptr;
  }

  std::optional<Console> Rails() const {
    const IsolationLayer* const bundler = Layer(IsolationKind::kBundler);
    if (Has("bin/rails")) {
      return Console{{bundler != nullptr ? "rails" : "bin/rails", "console"},
                     "Rails, by bin/rails"};
    }
    const std::string gemfile = bundler != nullptr ? bundler->what : directory_ + "/Gemfile";
    const auto gems = LockedGems(ReadHostileFile(gemfile + ".lock").value_or(std::string()));
    if (std::find(gems.begin(), gems.end(), "railties") == gems.end()) return std::nullopt;
    return Console{{"rails", "console"}, "Rails, by railties in Gemfile.lock"};
  }

  std::optional<Console> Django() const {
    const auto script = ReadHostileFile(directory_ + "/manage.py", kMaxScript);
    if (!script || script->find("django") == std::string::npos) return std::nullopt;
    Words words = {"manage.py", "shell"};
    if (Layer(IsolationKind::kVirtualenv) == nullptr) words.insert(words.begin(), "python3");
    return Console{std::move(words), "Django, by manage.py"};
  }

  std::optional<Console> Laravel() const {
    if (!Has("artisan") || !Has("composer.json")) return std::nullopt;
    return Console{{"php", "artisan", "tinker"}, "Laravel, by artisan"};
  }

  // The bin of an Elixir release holds one program; a release for Windows adds a .bat file.
  std::optional<Console> Elixir() const {
    constexpr std::string_view kRelease = "releases/start_erl.data";
    if (!Has(kRelease)) {
      if (!Has("mix.exs")) return std::nullopt;
      return Console{{"iex", "-S", "mix"}, "Elixir, by mix.exs"};
    }
    auto names = base::ListDirectory(AT_FDCWD, directory_ + "/bin", kMaxEntries);
    if (!names) return std::nullopt;
    std::sort(names->begin(), names->end());
    const auto found = std::find_if(names->begin(), names->end(), [&](const std::string& name) {
      return !name.ends_with(".bat") && Has("bin/" + name);
    });
    if (found == names->end()) return std::nullopt;
    return Console{{"bin/" + *found, "remote"}, fmt::format("an Elixir release, by {}", kRelease)};
  }

  Console Of(const LanguageMarks& marks, std::string_view by) const {
    return {Repl(marks.language), fmt::format("{}, {}", marks.name, by)};
  }

  // The language's interactive interpreter.
  Words Repl(Language language) const {
    switch (language) {
      case Language::kRuby:
        if (Layer(IsolationKind::kBundler) != nullptr) return {"bundle", "exec", "irb"};
        return {"irb"};
      case Language::kPython:
        return {Layer(IsolationKind::kVirtualenv) != nullptr ? "python" : "python3"};
      case Language::kPerl:
        if (!FindProgram(path_, "re.pl").empty()) return {"re.pl"};
        return {"perl", "-de", "0"};
      case Language::kPhp:
        if (!FindProgram(path_, "psysh").empty()) return {"psysh"};
        return {"php", "-a"};
      case Language::kNode:
        return {"node"};
    }
    return {};
  }

  std::optional<Console> ByNames(std::string_view folder) const {
    const auto names =
        base::ListDirectory(AT_FDCWD, fmt::format("{}/{}", directory_, folder), kMaxEntries);
    if (!names) return std::nullopt;
    for (const LanguageMarks& marks : MarksOfLanguages()) {
      for (const std::string_view end : base::Split(marks.ends, ' ')) {
        const auto found = std::find_if(names->begin(), names->end(), [&](const std::string& name) {
          return name.ends_with(end) && Has(fmt::format("{}{}", folder, name));
        });
        if (found == names->end()) continue;
        return Of(marks, fmt::format("by {}{}", folder, base::Escape(*found, 64)));
      }
    }
    return std::nullopt;
  }

  const std::string& directory_;
  std::string_view path_;
  const std::vector<IsolationLayer>& layers_;
};

}  // namespace

Console FindConsole(const std::string& directory, std::string_view path,
                    const std::vector<IsolationLayer>& layers) {
  return Finder(directory, path, layers).Find();
}

std::vector<std::string> ConsolePrograms() {
  return {"rails", "manage.py", "python", "php", "node"};
}

}  // namespace release
