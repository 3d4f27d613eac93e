#include "release/isolation/python_environments.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/toml_pairs.h"
#include "release/natural_order.h"

namespace release {
namespace {

constexpr std::size_t kMaxFile = 512UL * 1024;  // bytes of a pyproject.toml
constexpr std::size_t kMaxEnvironments = 10'000;
constexpr std::size_t kNameBytes = 42;  // both tools cut a project's name here
constexpr std::size_t kDigits = 8;      // of the digest, in URL-safe base64

// The start of the SHA-256 digest of `text`, in URL-safe base64.
std::string Digest(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  std::string base64 = base::Base64Encode(std::string(digest.begin(), digest.begin() + size));
  // Both tools cut the digest here.
  base64.resize(kDigits);
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

std::string Cleaned(std::string_view name, std::string_view bad) {
  std::string cleaned(name);
  for (char& c : cleaned) {
    if (bad.find(c) != std::string_view::npos) c = '_';
  }
  cleaned.resize(std::min(cleaned.size(), kNameBytes));
  return cleaned;
}

bool HasPyvenv(const std::string& folder) { return IsRegularFile(folder + "/pyvenv.cfg"); }

class Finder {
 public:
  Finder(const std::string& directory, const Variables& environment)
      : directory_(directory), environment_(environment) {}

  ToolsEnvironment Find() const {
    if (IsRegularFile(directory_ + "/Pipfile")) return Pipenv();
    const auto pairs = Read(directory_ + "/pyproject.toml");
    const bool section = std::any_of(pairs.begin(), pairs.end(), [](const TomlPair& pair) {
      return pair.keys.size() > 2 && pair.keys[0] == "tool" && pair.keys[1] == "poetry";
    });
    if (section || IsRegularFile(directory_ + "/poetry.lock")) return Poetry(pairs);
    return {};
  }

 private:
  static std::vector<TomlPair> Read(const std::string& path) {
    return ReadTomlPairs(ReadHostileFile(path, kMaxFile).value_or(std::string()));
  }

  static std::string ValueOf(const std::vector<TomlPair>& pairs,
                             const std::vector<std::string>& keys) {
    const auto found = std::find_if(pairs.begin(), pairs.end(),
                                    [&](const TomlPair& pair) { return pair.keys == keys; });
    return found == pairs.end() ? std::string() : found->strings[0];
  }

  // The value of the variable if it is an absolute path, else `otherwise`.
  std::string PathIn(std::string_view name, const std::string& otherwise) const {
    const Variable* const variable = environment_.Find(name);
    const bool path = variable != nullptr && variable->value.starts_with('/');
    return path ? variable->value : otherwise;
  }
  std::string Home() const { return PathIn("HOME", "/"); }

  ToolsEnvironment Pipenv() const {
    ToolsEnvironment found{"pipenv", "Pipfile", {}, {}};
    const std::string data = PathIn("XDG_DATA_HOME", Home() + "/.local/share");
    const std::string folder = PathIn("WORKON_HOME", data + "/virtualenvs");
    const std::string project = directory_.substr(directory_.rfind('/') + 1);
    std::string name = PipenvName(project, directory_ + "/Pipfile");
    // A file .venv may name another environment.
    const auto named = ReadHostileFile(directory_ + "/.venv", 4096);
    const std::string_view other = named ? base::Trim(*named) : std::string_view();
    if (!other.empty() && other.find('\n') == std::string_view::npos) name = other;
    const bool path = name.find('/') != std::string::npos;
    found.sought = name.starts_with('/') ? name
                   : path                ? fmt::format("{}/{}", directory_, name)
                                         : fmt::format("{}/{}", folder, name);
    if (HasPyvenv(found.sought)) found.folder = found.sought;
    return found;
  }

  ToolsEnvironment Poetry(const std::vector<TomlPair>& pairs) const {
    ToolsEnvironment found{"Poetry", "pyproject.toml", {}, {}};
    std::string project = ValueOf(pairs, {"project", "name"});
    if (project.empty()) project = ValueOf(pairs, {"tool", "poetry", "name"});
    if (project.empty()) project = directory_.substr(directory_.rfind('/') + 1);
    const auto settings = Read(directory_ + "/poetry.toml");
    // Poetry then installs into the Python that runs it.
    if (ValueOf(settings, {"virtualenvs", "create"}) == "false") return {};
    const std::string folder = PoetrysFolder();
    const std::string name = PoetryName(project, directory_);
    found.sought = fmt::format("{}/{}", folder, name);
    // envs.toml holds the chosen Python version; without a choice the newest environment counts.
    const std::string base = name.substr(0, name.rfind("-py"));
    const std::string minor = ValueOf(Read(folder + "/envs.toml"), {base, "minor"});
    if (!minor.empty() && HasPyvenv(found.sought + minor)) {
      found.folder = found.sought + minor;
      return found;
    }
    auto names = base::ListDirectory(AT_FDCWD, folder, kMaxEnvironments);
    if (!names) return found;
    std::sort(names->rbegin(), names->rend(), NaturalLess);
    for (const std::string& entry : *names) {
      const std::string path = fmt::format("{}/{}", folder, entry);
      if (!entry.starts_with(name) || !HasPyvenv(path)) continue;
      found.folder = path;
      break;
    }
    return found;
  }

  // The folder by virtualenvs.path: in the project's poetry.toml, a variable, the user's own
  // configuration.
  std::string PoetrysFolder() const {
    const std::string config =
        PathIn("POETRY_CONFIG_DIR", PathIn("XDG_CONFIG_HOME", Home() + "/.config") + "/pypoetry") +
        "/config.toml";
    const auto own = Read(config);
    std::string cache = PathIn("XDG_CACHE_HOME", Home() + "/.cache") + "/pypoetry";
    if (const std::string set = ValueOf(own, {"cache-dir"}); set.starts_with('/')) cache = set;
    cache = PathIn("POETRY_CACHE_DIR", cache);
    std::string folder = cache + "/virtualenvs";
    for (const auto& pairs : {own, Read(directory_ + "/poetry.toml")}) {
      std::string set = ValueOf(pairs, {"virtualenvs", "path"});
      constexpr std::string_view kCache = "{cache-dir}";
      if (set.starts_with(kCache)) set.replace(0, kCache.size(), cache);
      if (set.starts_with('/')) folder = set;
    }
    return PathIn("POETRY_VIRTUALENVS_PATH", folder);
  }

  const std::string& directory_;
  const Variables& environment_;
};

}  // namespace

// As EnvManager.generate_env_name in poetry/utils/env.
std::string PoetryName(std::string_view project, std::string_view directory) {
  std::string lower(project);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return fmt::format("{}-{}-py", Cleaned(lower, " $`!*@\"\\\r\n\t"), Digest(directory));
}

// As Project.get_name_hash in pipenv/project.py.
std::string PipenvName(std::string_view project, std::string_view pipfile) {
  return fmt::format("{}-{}", Cleaned(project, " &$`!*@\"()[]\\\r\n\t"), Digest(pipfile));
}

ToolsEnvironment FindToolsEnvironment(const std::string& directory, const Variables& environment) {
  return Finder(directory, environment).Find();
}

}  // namespace release
