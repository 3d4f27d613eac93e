#include "release/isolation/versions_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/version_files.h"
#include "release/isolation/version_manager.h"

namespace release {
namespace {

constexpr std::size_t kMaxFile = 65536;  // bytes
constexpr std::size_t kShown = 5;        // installed versions that a message names
constexpr std::string_view kToolVersions = ".tool-versions";

// The managers that read a file: kFile: those of the interpreter; else only the named one.
enum class Source { kFile, kMise, kVolta };

// An interpreter that has its own version files and managers.
struct Interpreter {
  std::string_view name;
  std::string_view plugin;                // asdf's name for it
  std::array<std::string_view, 2> files;  // the second may be empty
  std::array<Manager, 2> managers;  // those that read the files; the second may repeat the first
};
constexpr std::array<Interpreter, 3> kInterpreters = {
    {{"ruby", "ruby", {".ruby-version", ""}, {Manager::kRbenv, Manager::kRvm}},
     {"node", "nodejs", {".nvmrc", ".node-version"}, {Manager::kNvm, Manager::kNodenv}},
     {"python", "python", {".python-version", ""}, {Manager::kPyenv, Manager::kPyenv}}}};

const Interpreter* FindInterpreter(std::string_view tool) {
  const auto* const found = std::find_if(
      kInterpreters.begin(), kInterpreters.end(),
      [&](const Interpreter& entry) { return entry.name == tool || entry.plugin == tool; });
  return found == kInterpreters.end() ? nullptr : found;
}

// In mise's order of precedence.
constexpr auto kMiseFiles = std::to_array<std::string_view>(
    {"mise.local.toml", ".mise.local.toml", "mise.toml", ".mise.toml", "mise/config.toml",
     ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"});

// A file's request for versions of a tool.
struct Wish {
  std::string file;
  std::string tool;
  std::vector<std::string> versions;
  Source source = Source::kFile;
};

class Surveyor {
 public:
  explicit Surveyor(const VersionsRequest& request) : request_(request) {}

  VersionsFindings Find() {
    ReadMise();
    ReadToolVersions();
    package_ = ParsePackageJson(Read("package.json"));
    for (const Interpreter& interpreter : kInterpreters) {
      std::vector<Wish> wishes = WishesFor(interpreter);
      if (!wishes.empty()) Grant(wishes);
    }
    std::vector<Wish> others = mise_;
    for (const ToolVersions& tool : tools_) {
      others.push_back({std::string(kToolVersions), tool.tool, tool.versions, Source::kFile});
    }
    others.insert(others.end(), global_.begin(), global_.end());
    std::vector<std::string> granted;
    for (const Wish& wish : others) {
      const bool again = std::find(granted.begin(), granted.end(), wish.tool) != granted.end();
      if (FindInterpreter(wish.tool) != nullptr || again) continue;
      granted.push_back(wish.tool);
      Grant({wish});
    }
    GrantPackager();
    return std::move(findings_);
  }

 private:
  // The file's text; empty, without a warning, if it does not exist.
  std::string Read(std::string_view file) {
    auto text = ReadHostileFile(fmt::format("{}/{}", request_.directory, file), kMaxFile);
    if (text) return std::move(*text);
    if (text.error().code() != base::Code::kNotFound) {
      findings_.warnings.push_back(fmt::format("{}: {}", file, text.error().message()));
    }
    return {};
  }

  // The release's nearest file has precedence; the one below the home counts for tools that the
  // release's files do not name.
  void ReadMise() {
    for (const std::string_view file : kMiseFiles) AddMise(Read(file), file, mise_);
    const std::string folder =
        PathIn("MISE_CONFIG_DIR", PathIn("XDG_CONFIG_HOME", request_.home + "/.config") + "/mise");
    const std::string global = folder + "/config.toml";
    AddMise(ReadHostileFile(global, kMaxFile).value_or(std::string()), global, global_);
  }

  static void AddMise(const std::string& text, std::string_view file, std::vector<Wish>& wishes) {
    for (ToolVersions& tool : ParseMiseToml(text)) {
      const bool known = std::any_of(wishes.begin(), wishes.end(),
                                     [&](const Wish& wish) { return wish.tool == tool.tool; });
      if (known) continue;
      wishes.push_back({std::string(file), tool.tool, std::move(tool.versions), Source::kMise});
    }
  }

  void ReadToolVersions() { tools_ = ParseToolVersions(Read(kToolVersions)); }

  static void AddFor(const Interpreter& interpreter, const std::vector<Wish>& from,
                     std::vector<Wish>& to) {
    for (Wish wish : from) {
      if (FindInterpreter(wish.tool) != &interpreter) continue;
      wish.tool = interpreter.name;
      to.push_back(std::move(wish));
    }
  }

  std::vector<Wish> WishesFor(const Interpreter& interpreter) {
    std::vector<Wish> wishes;
    AddFor(interpreter, mise_, wishes);
    for (const std::string_view file : interpreter.files) {
      if (file.empty()) continue;
      std::string version = ParseVersionFile(Read(file));
      if (version.empty()) continue;
      if (file == ".ruby-version" && version.find('@') == std::string::npos) {
        const std::string gemset = ParseVersionFile(Read(".ruby-gemset"));
        if (!gemset.empty()) version += "@" + gemset;
      }
      wishes.push_back(
          {std::string(file), std::string(interpreter.name), {std::move(version)}, Source::kFile});
    }
    for (const ToolVersions& tool : tools_) {
      if (FindInterpreter(tool.tool) != &interpreter) continue;
      wishes.push_back({std::string(kToolVersions), std::string(interpreter.name), tool.versions,
                        Source::kFile});
    }
    for (const ToolVersions& tool : package_.volta) {
      if (FindInterpreter(tool.tool) != &interpreter) continue;
      wishes.push_back({"package.json", tool.tool, tool.versions, Source::kVolta});
    }
    if (wishes.empty()) AddFor(interpreter, global_, wishes);
    return wishes;
  }

  // The variable in the app file's `env`, if it is an absolute path; else `otherwise`.
  std::string PathIn(std::string_view wanted, std::string otherwise) const {
    for (const auto& [name, value] : request_.app.env) {
      if (name == wanted && value.starts_with('/')) return value;
    }
    return otherwise;
  }

  std::string RootOf(Manager manager) const {
    return PathIn(RootVariableOf(manager), fmt::format("{}/{}", request_.home, FolderOf(manager)));
  }

  // The managers that read the file and know the tool.
  std::vector<VersionManager> ManagersFor(const Wish& wish) const {
    std::vector<VersionManager> managers;
    const Interpreter* const interpreter = FindInterpreter(wish.tool);
    const auto add = [&](Manager manager, std::string_view tool) {
      if (!managers.empty() && managers.back().manager() == manager) return;
      VersionManager candidate(manager, RootOf(manager), std::string(tool));
      if (candidate.IsPresent()) managers.push_back(std::move(candidate));
    };
    if (wish.source == Source::kVolta) {
      add(Manager::kVolta, wish.tool);
      return managers;
    }
    if (wish.source == Source::kMise) {
      add(Manager::kMise, wish.tool);
      return managers;
    }
    if (interpreter != nullptr && wish.file != kToolVersions) {
      for (const Manager manager : interpreter->managers) add(manager, wish.tool);
    }
    add(Manager::kAsdf, interpreter == nullptr ? std::string_view(wish.tool) : interpreter->plugin);
    add(Manager::kMise, wish.tool);
    return managers;
  }

  // Takes the first wish that a manager can fulfil.
  void Grant(const std::vector<Wish>& wishes) {
    std::vector<MissingVersion> missing;
    for (const Wish& wish : wishes) {
      // "system" asks for the interpreter on the PATH.
      if (wish.versions[0] == "system") return;
      const auto managers = ManagersFor(wish);
      for (const VersionManager& manager : managers) {
        if (Take(wish, manager)) return;
      }
      if (!managers.empty()) {
        missing.push_back({wish.tool, NotInstalled(wish, managers[0]), wish.versions[0]});
      }
    }
    if (!missing.empty() && FindInterpreter(wishes[0].tool) != nullptr) {
      findings_.missing.push_back(std::move(missing[0]));
    } else if (!missing.empty()) {
      findings_.warnings.push_back(std::move(missing[0].message));
    } else {
      findings_.warnings.push_back(
          fmt::format("{} names {} {}, and no version manager of the user's has any {}: the one on "
                      "the PATH is taken as it is",
                      wishes[0].file, wishes[0].tool, wishes[0].versions[0], wishes[0].tool));
      if (FindInterpreter(wishes[0].tool) != nullptr) {
        findings_.foreign.push_back(
            {wishes[0].tool,
             fmt::format("{} may not be the {} that {} names", wishes[0].tool,
                         wishes[0].versions[0], wishes[0].file),
             wishes[0].versions[0]});
      }
    }
  }

  // npm, yarn or pnpm: adds the folder of the version that Volta pins. Corepack's programs read
  // package.json themselves; whether the PATH's program is Corepack's is checked later.
  void GrantPackager() {
    std::optional<ToolVersions> packager = package_.packager;
    for (const ToolVersions& tool : package_.volta) {
      if (FindInterpreter(tool.tool) == nullptr) packager = tool;
    }
    if (!packager) return;
    const Wish wish{"package.json", packager->tool, packager->versions, Source::kVolta};
    for (const VersionManager& manager : ManagersFor(wish)) {
      if (Take(wish, manager)) return;
    }
    findings_.foreign.push_back({packager->tool,
                                 fmt::format("{} may not be the {} that package.json names",
                                             packager->tool, packager->versions[0]),
                                 packager->versions[0]});
  }

  bool Take(const Wish& wish, const VersionManager& manager) {
    for (const std::string& version : wish.versions) {
      auto installed = manager.Find(version);
      if (!installed) continue;
      IsolationLayer layer;
      layer.kind = IsolationKind::kVersions;
      layer.what = fmt::format("{} {} of {}, named in {}", wish.tool, installed->version,
                               NameOf(manager.manager()), wish.file);
      layer.path = std::move(installed->path);
      layer.variables = std::move(installed->variables);
      for (Variable& variable : layer.variables) {
        variable.source = fmt::format("isolation (versions: {})", wish.file);
      }
      findings_.layers.push_back(std::move(layer));
      return true;
    }
    return false;
  }

  std::string NotInstalled(const Wish& wish, const VersionManager& manager) const {
    std::vector<std::string> shown;
    for (const std::string& name : manager.Newest(kShown)) shown.push_back(base::Escape(name, 64));
    return fmt::format("{} names {} {}, which {} does not have in {}{}", wish.file, wish.tool,
                       wish.versions[0], NameOf(manager.manager()),
                       base::Escape(manager.folder(), 4096),
                       shown.empty() ? std::string(": nothing is installed there")
                                     : "; installed are " + base::Join(shown, ", "));
  }

  const VersionsRequest& request_;
  std::vector<Wish> mise_;           // of the release; the nearest file's come first
  std::vector<Wish> global_;         // of mise's file below the home
  std::vector<ToolVersions> tools_;  // of .tool-versions
  PackageJson package_;
  VersionsFindings findings_;
};

}  // namespace

VersionsFindings SurveyVersions(const VersionsRequest& request) {
  if (!request.app.isolation.Allows(IsolationKind::kVersions)) return {};
  return Surveyor(request).Find();
}

}  // namespace release
