#include "release/versions_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/version_files.h"
#include "release/version_manager.h"

namespace release {
namespace {

constexpr std::size_t kMaxFile = 65536;  // bytes
constexpr std::size_t kShown = 5;        // installed versions that a message names
constexpr std::string_view kToolVersions = ".tool-versions";

// An interpreter with files and managers of its own.
struct Interpreter {
  std::string_view name;
  std::string_view plugin;                // asdf's name for it
  std::array<std::string_view, 2> files;  // the second may be empty
  std::array<Manager, 2> managers;        // that read them; the second may be the first again
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

// That a file names versions of a tool.
struct Wish {
  std::string file;
  std::string tool;
  std::vector<std::string> versions;
};

class Surveyor {
 public:
  explicit Surveyor(const VersionsRequest& request) : request_(request) {}

  VersionsFindings Survey() {
    ReadToolVersions();
    for (const Interpreter& interpreter : kInterpreters) {
      std::vector<Wish> wishes = WishesFor(interpreter);
      if (!wishes.empty()) Grant(wishes);
    }
    for (const ToolVersions& tool : tools_) {
      if (FindInterpreter(tool.tool) != nullptr) continue;
      Grant({{std::string(kToolVersions), tool.tool, tool.versions}});
    }
    return std::move(findings_);
  }

 private:
  // Empty, without a warning, if there is no such file.
  std::string Read(std::string_view file) {
    auto text = ReadHostileFile(fmt::format("{}/{}", request_.directory, file), kMaxFile);
    if (text) return std::move(*text);
    if (text.error().code() != base::Code::kNotFound) {
      findings_.warnings.push_back(fmt::format("{}: {}", file, text.error().message()));
    }
    return {};
  }

  void ReadToolVersions() { tools_ = ParseToolVersions(Read(kToolVersions)); }

  std::vector<Wish> WishesFor(const Interpreter& interpreter) {
    std::vector<Wish> wishes;
    for (const std::string_view file : interpreter.files) {
      if (file.empty()) continue;
      std::string version = ParseVersionFile(Read(file));
      if (version.empty()) continue;
      if (file == ".ruby-version" && version.find('@') == std::string::npos) {
        const std::string gemset = ParseVersionFile(Read(".ruby-gemset"));
        if (!gemset.empty()) version += "@" + gemset;
      }
      wishes.push_back({std::string(file), std::string(interpreter.name), {std::move(version)}});
    }
    for (const ToolVersions& tool : tools_) {
      if (FindInterpreter(tool.tool) != &interpreter) continue;
      wishes.push_back({std::string(kToolVersions), std::string(interpreter.name), tool.versions});
    }
    return wishes;
  }

  std::string RootOf(Manager manager) const {
    for (const auto& [name, value] : request_.app.env) {
      if (name == RootVariableOf(manager) && value.starts_with('/')) return value;
    }
    return fmt::format("{}/{}", request_.home, FolderOf(manager));
  }

  // Whoever reads the file and knows the tool.
  std::vector<VersionManager> ManagersFor(const Wish& wish) const {
    std::vector<VersionManager> managers;
    const Interpreter* const interpreter = FindInterpreter(wish.tool);
    const auto add = [&](Manager manager, std::string_view tool) {
      if (!managers.empty() && managers.back().manager() == manager) return;
      VersionManager candidate(manager, RootOf(manager), std::string(tool));
      if (candidate.IsPresent()) managers.push_back(std::move(candidate));
    };
    if (interpreter != nullptr && wish.file != kToolVersions) {
      for (const Manager manager : interpreter->managers) add(manager, wish.tool);
    }
    add(Manager::kAsdf, interpreter == nullptr ? std::string_view(wish.tool) : interpreter->plugin);
    add(Manager::kMise, wish.tool);
    return managers;
  }

  // Finds the first wish that can be granted.
  void Grant(const std::vector<Wish>& wishes) {
    std::vector<MissingVersion> missing;
    for (const Wish& wish : wishes) {
      if (wish.versions[0] == "system") return;
      const auto managers = ManagersFor(wish);
      for (const VersionManager& manager : managers) {
        if (Take(wish, manager)) return;
      }
      if (!managers.empty()) missing.push_back({wish.tool, NotInstalled(wish, managers[0])});
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
    }
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
  std::vector<ToolVersions> tools_;
  VersionsFindings findings_;
};

}  // namespace

VersionsFindings SurveyVersions(const VersionsRequest& request) {
  if (!request.app.isolation.Allows(IsolationKind::kVersions)) return {};
  return Surveyor(request).Survey();
}

}  // namespace release
