#include "release/isolation/gems.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace release {
namespace {

constexpr std::size_t kMaxGems = 4096;

}  // namespace

std::vector<std::string> ExecutablesOf(std::string_view gem) {
  struct Known {
    std::string_view gem;
    std::string_view executables;
  };
  // A lock file names gems, not programs. Bundler knows the programs, but would run the app's
  // Gemfile to tell them. So the usual ones are listed.
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
  // A section's name has no indent, its gems have four spaces, and their dependencies six.
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
    // The file belongs to the app's user.
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
  // load Gem.activate_bin_path('rake', 'rake', version); older scripts call Gem.bin_path.
  std::size_t at = script.find("bin_path(");
  if (at == std::string_view::npos) return {};
  at += std::string_view("bin_path(").size();
  if (at >= script.size() || (script[at] != '\'' && script[at] != '"')) return {};
  const std::size_t end = script.find(script[at], at + 1);
  if (end == std::string_view::npos || end - at > 128) return {};
  return std::string(script.substr(at + 1, end - at - 1));
}

}  // namespace release
