#include "release/isolation/search_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "release/hostile_file.h"
#include "release/natural_order.h"

namespace release {
namespace {

constexpr std::size_t kMaxEntries = 1000;  // of a folder in which a * is expanded

// In the release.
constexpr std::array<std::string_view, 9> kInRelease = {
    ".",          "bin",       "script",  "scripts", "exe", "node_modules/.bin",
    "vendor/bin", "local/bin", "venv/bin"};
// Below the home of the app's user.
constexpr std::array<std::string_view, 16> kInHome = {".local/bin",
                                                      "bin",
                                                      ".rbenv/shims",
                                                      ".pyenv/shims",
                                                      ".nodenv/shims",
                                                      ".asdf/shims",
                                                      ".local/share/mise/shims",
                                                      ".rbenv/versions/*/bin",
                                                      ".pyenv/versions/*/bin",
                                                      ".rvm/rubies/*/bin",
                                                      ".nvm/versions/node/*/bin",
                                                      ".cargo/bin",
                                                      "go/bin",
                                                      ".composer/vendor/bin",
                                                      ".config/composer/vendor/bin",
                                                      ".yarn/bin"};
constexpr std::array<std::string_view, 13> kOnSystem = {"/usr/local/sbin",
                                                        "/usr/local/bin",
                                                        "/usr/sbin",
                                                        "/usr/bin",
                                                        "/sbin",
                                                        "/bin",
                                                        "/usr/local/rbenv/shims",
                                                        "/usr/local/rvm/rubies/*/bin",
                                                        "/usr/local/*/bin",
                                                        "/opt/*/bin",
                                                        "/usr/lib/postgresql/*/bin",
                                                        "/snap/bin",
                                                        "/usr/games"};

// Each environment and each installed version has its own copy of these. Another one would not find
// the app's libraries, so no hint names it.
bool IsOfAnEnvironment(std::string_view name) {
  constexpr auto kPrograms = std::to_array<std::string_view>(
      {"bundle", "bundler", "composer", "erb", "gem", "irb", "node", "npm", "npx", "perl", "php",
       "pip", "python", "rake", "ruby", "pnpm", "yarn"});
  const std::string_view plain = name.substr(0, name.find_first_of("0123456789."));
  return std::find(kPrograms.begin(), kPrograms.end(), plain) != kPrograms.end();
}

// The programs in a virtualenv's bin belong to that environment.
bool IsVirtualenvs(const std::string& folder) {
  return IsRegularFile(folder.substr(0, folder.rfind('/')) + "/pyvenv.cfg");
}

// The program in `folder`. A * in it stands for each name; the newest is tried first.
std::string FindIn(const std::string& folder, std::string_view name) {
  const std::size_t star = folder.find('*');
  if (star != std::string::npos && IsOfAnEnvironment(name)) return {};
  if (star == std::string::npos) {
    std::string candidate = fmt::format("{}/{}", folder, name);
    return IsProgram(candidate) ? candidate : std::string();
  }
  auto entries = base::ListDirectory(AT_FDCWD, folder.substr(0, star), kMaxEntries);
  if (!entries) return {};
  std::sort(entries->rbegin(), entries->rend(), NaturalLess);
  for (const std::string& entry : *entries) {
    std::string candidate = fmt::format("{}{}{}/{}", std::string_view(folder).substr(0, star),
                                        entry, std::string_view(folder).substr(star + 1), name);
    const std::string within = candidate.substr(0, candidate.rfind('/'));
    if (IsProgram(candidate) && !IsVirtualenvs(within)) return candidate;
  }
  return {};
}

}  // namespace

std::string FindProgram(std::string_view path, std::string_view name) {
  for (const std::string_view folder : base::Split(path, ':')) {
    // An empty or relative folder would lie in the working directory, where the app's user may put
    // any program.
    if (!folder.starts_with('/')) continue;
    std::string candidate = fmt::format("{}/{}", folder, name);
    if (IsProgram(candidate)) return candidate;
  }
  return {};
}

std::string FindProgramHint(const std::string& directory, const std::string& home,
                            std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) {
    return {};
  }
  for (const std::string_view folder : kInRelease) {
    std::string relative = fmt::format("{}/{}", folder, name);
    if (IsProgram(fmt::format("{}/{}", directory, relative))) return relative;
  }
  for (const std::string_view folder : kInHome) {
    std::string found = FindIn(fmt::format("{}/{}", home, folder), name);
    if (!found.empty()) return found;
  }
  for (const std::string_view folder : kOnSystem) {
    std::string found = FindIn(std::string(folder), name);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace release
