#include "release/isolation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

constexpr std::size_t kMaxGems = 4096;

bool Contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// RUBYOPT without what `bundle exec` puts there.
std::string WithoutSetup(std::string_view options) {
  std::vector<std::string> kept;
  for (const std::string_view option : base::Split(options, ' ')) {
    const bool setup =
        option.starts_with("-r") && option.find("bundler/setup") != std::string_view::npos;
    if (!option.empty() && !setup) kept.emplace_back(option);
  }
  return base::Join(kept, " ");
}

}  // namespace

Outcome<std::vector<std::string>> Isolate(const Bundler& bundler,
                                          const std::vector<std::string>& words) {
  std::vector<std::string> argv = words;
  if (bundler.gemfile.empty() || words.empty()) return argv;
  if (Contains(bundler.binstubs, words[0])) {
    argv[0].insert(0, "bin/");
    return argv;
  }
  if (!Contains(bundler.wrapped, words[0])) return argv;
  if (bundler.bundle.empty()) {
    return Refuse(kUnusable,
                  fmt::format("{} belongs to the bundle of {}, but there is no program bundle on "
                              "the app's PATH; the app file's \"path\" may lead to it",
                              base::Escape(words[0], 64), bundler.gemfile));
  }
  argv.insert(argv.begin(), {"bundle", "exec"});
  return argv;
}

void IsolateEnvironment(const Bundler& bundler, Variables& environment) {
  if (bundler.gemfile.empty()) return;
  // What `bundle exec` leaves in its children's environment: of another release, if it was copied.
  std::vector<std::string> leaked = {"BUNDLE_BIN_PATH", "BUNDLER_VERSION", "BUNDLER_SETUP"};
  for (const Variable& variable : environment.all()) {
    if (variable.name.starts_with("BUNDLER_ORIG_")) leaked.push_back(variable.name);
  }
  for (const std::string& name : leaked) environment.Unset(name);
  if (const Variable* options = environment.Find("RUBYOPT")) {
    std::string kept = WithoutSetup(options->value);
    std::string source = options->source;
    if (kept.empty()) {
      environment.Unset("RUBYOPT");
    } else {
      environment.Set("RUBYOPT", std::move(kept), std::move(source));
    }
  }
  environment.Set("BUNDLE_GEMFILE", bundler.gemfile, "isolation (bundler)");
}

std::vector<std::string> ExecutablesOf(std::string_view gem) {
  struct Known {
    std::string_view gem;
    std::string_view executables;
  };
  constexpr std::array kKnown = std::to_array<Known>({
      {"brakeman", "brakeman"},
      {"bundler-audit", "bundle-audit bundler-audit"},
      {"clockwork", "clockwork clockworkd"},
      {"cucumber", "cucumber"},
      {"dotenv", "dotenv"},
      {"erb_lint", "erblint"},
      {"foreman", "foreman"},
      {"good_job", "good_job"},
      {"hanami-cli", "hanami"},
      {"i18n-tasks", "i18n-tasks"},
      {"irb", "irb"},
      {"jekyll", "jekyll"},
      {"passenger", "passenger passenger-config passenger-status"},
      {"pry", "pry"},
      {"puma", "puma pumactl"},
      {"que", "que"},
      {"racc", "racc"},
      {"rack", "rackup"},
      {"rackup", "rackup"},
      {"railties", "rails"},
      {"rake", "rake"},
      {"rdoc", "rdoc ri"},
      {"resque", "resque resque-web"},
      {"rspec-core", "rspec"},
      {"rubocop", "rubocop"},
      {"sequel", "sequel"},
      {"shoryuken", "shoryuken"},
      {"sidekiq", "sidekiq sidekiqmon"},
      {"sneakers", "sneakers"},
      {"solid_queue", "solid_queue"},
      {"spring", "spring"},
      {"standard", "standardrb"},
      {"thin", "thin"},
      {"thor", "thor"},
      {"unicorn", "unicorn unicorn_rails"},
      {"whenever", "whenever wheneverize"},
  });
  const auto* known = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& entry) { return entry.gem == gem; });
  if (known == kKnown.end()) return {};
  std::vector<std::string> executables;
  for (const std::string_view name : base::Split(known->executables, ' ')) {
    executables.emplace_back(name);
  }
  return executables;
}

std::vector<std::string> LockedGems(std::string_view lock) {
  // A section's name stands at the margin; its gems are indented by four, what they depend on by
  // six.
  std::vector<std::string> gems;
  bool in_specs = false;
  for (const std::string_view line : base::Split(lock, '\n')) {
    if (!line.empty() && line[0] != ' ') {
      const std::string_view section = base::Trim(line);
      in_specs = section == "GEM" || section == "GIT" || section == "PATH";
      continue;
    }
    if (!in_specs || !line.starts_with("    ") || line.size() < 5 || line[4] == ' ') continue;
    const std::string_view entry = base::Trim(line);
    gems.emplace_back(entry.substr(0, entry.find(' ')));
    if (gems.size() == kMaxGems) break;
  }
  return gems;
}

bool LoadsBundler(std::string_view script) {
  return script.starts_with("#!") && (script.find("bundler/setup") != std::string_view::npos ||
                                      script.find("config/boot") != std::string_view::npos);
}

std::string GemOfBinstub(std::string_view script) {
  if (!script.starts_with("#!")) return {};
  // load Gem.activate_bin_path('rake', 'rake', version), and Gem.bin_path in older ones
  std::size_t at = script.find("bin_path(");
  if (at == std::string_view::npos) return {};
  at += std::string_view("bin_path(").size();
  if (at >= script.size() || (script[at] != '\'' && script[at] != '"')) return {};
  const std::size_t end = script.find(script[at], at + 1);
  if (end == std::string_view::npos || end - at > 128) return {};
  return std::string(script.substr(at + 1, end - at - 1));
}

}  // namespace release
