#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/gems.h"
#include "release/isolation/isolation_survey.h"
#include "release/isolation/search_path.h"

namespace release {
namespace {

constexpr std::size_t kMaxScript = 65536;  // bytes of a script that is read

std::string ReadScript(const std::string& path) {
  return ReadHostileFile(path, kMaxScript).value_or(std::string());
}

std::string ValueOf(const Variables& environment, std::string_view name) {
  const Variable* variable = environment.Find(name);
  return variable == nullptr ? std::string() : variable->value;
}

// The Gemfile: the configured one if it lies in this release, else the release's own. Empty if
// there is none.
std::string FindGemfile(const IsolationRequest& request, std::vector<std::string>& warnings) {
  const std::string& directory = request.directory;
  const Variable* configured = request.environment.Find("BUNDLE_GEMFILE");
  if (configured != nullptr && !configured->value.empty()) {
    const std::filesystem::path path =
        (std::filesystem::path(directory) / configured->value).lexically_normal();
    // An absolute BUNDLE_GEMFILE that a deploy tool wrote names the release of that time, with
    // other gems.
    if (path.string().starts_with(directory + "/") && IsRegularFile(path)) return path;
    warnings.push_back(fmt::format(
        "{}: BUNDLE_GEMFILE leads out of this release; the release's own Gemfile is used",
        configured->source));
  }
  std::string own = directory + "/Gemfile";
  return IsRegularFile(own) ? own : std::string();
}

// Decides from the lock file and the PATH how the requested programs are started.
class Sorter {
 public:
  Sorter(const std::string& directory, const std::string& path, const std::string& lock)
      : directory_(directory), path_(path) {
    for (std::string& gem : LockedGems(lock)) gems_.insert(std::move(gem));
    for (const std::string& gem : gems_) {
      for (std::string& name : ExecutablesOf(gem)) executables_.insert(std::move(name));
    }
  }

  // The program's Substitution, if it needs one.
  std::optional<Substitution> Sort(const std::string& program, const std::string& gemfile) const {
    // A program with a path is what the person asked for, and bundle itself needs no `bundle exec`.
    if (program.empty() || program == "bundle" || program.find('/') != std::string::npos) {
      return std::nullopt;
    }
    // A binstub of the release loads Bundler itself, and may load Spring: it is what `bin/rails`
    // would run.
    if (IsOwnBinstub(program)) return Substitution{program, {"bin/" + program}, {}};
    if (!IsInBundle(program)) return std::nullopt;
    if (!FindProgram(path_, "bundle").empty()) {
      return Substitution{program, {"bundle", "exec", program}, {}};
    }
    return Substitution{
        program,
        {},
        fmt::format("{} belongs to the bundle of {}, but there is no program bundle on the app's "
                    "PATH; the app file's \"path\" may lead to it",
                    base::Escape(program, 64), base::Escape(gemfile, 4096))};
  }

 private:
  bool IsOwnBinstub(const std::string& program) const {
    const std::string path = directory_ + "/bin/" + program;
    if (!IsProgram(path)) return false;
    const std::string script = ReadScript(path);
    if (!LoadsBundler(script)) return false;
    if (script.find("bundler/setup") != std::string::npos) return true;
    return ReadScript(directory_ + "/config/boot.rb").find("bundler/setup") != std::string::npos;
  }

  bool IsInBundle(const std::string& program) const {
    // Also without a readable lock file: Debian's own rake would run the app's tasks with other
    // gems.
    if (program == "rake" || program == "rails" || executables_.contains(program)) return true;
    const std::string found = FindProgram(path_, program);
    // The program exists as a gem only, not on the system.
    if (found.empty()) return gems_.contains(program);
    return gems_.contains(GemOfBinstub(ReadScript(found)));
  }

  const std::string& directory_;
  const std::string& path_;
  std::set<std::string> gems_;
  std::set<std::string> executables_;
};

// RUBYOPT without the option that `bundle exec` adds.
std::string WithoutSetup(std::string_view options) {
  std::vector<std::string> kept;
  for (const std::string_view option : base::Split(options, ' ')) {
    const bool setup =
        option.starts_with("-r") && option.find("bundler/setup") != std::string_view::npos;
    if (!option.empty() && !setup) kept.emplace_back(option);
  }
  return base::Join(kept, " ");
}

// Unsets variables that `bundle exec` sets for its children. In an app's config they are copies
// that name another release.
void TakeOutLeaks(const Variables& environment, IsolationLayer& layer) {
  layer.unset = {"BUNDLE_BIN_PATH", "BUNDLER_VERSION", "BUNDLER_SETUP"};
  for (const Variable& variable : environment.all()) {
    if (variable.name.starts_with("BUNDLER_ORIG_")) layer.unset.push_back(variable.name);
  }
  const Variable* const options = environment.Find("RUBYOPT");
  if (options == nullptr) return;
  std::string kept = WithoutSetup(options->value);
  if (kept.empty()) {
    layer.unset.emplace_back("RUBYOPT");
  } else {
    layer.variables.push_back({"RUBYOPT", std::move(kept), "isolation (bundler)"});
  }
}

}  // namespace

FoundLayer SurveyBundler(const IsolationRequest& request, std::vector<std::string>& warnings) {
  const std::string gemfile = FindGemfile(request, warnings);
  if (gemfile.empty()) return std::nullopt;
  const auto lock = ReadHostileFile(gemfile + ".lock");
  if (!lock) {
    warnings.push_back(fmt::format("{}.lock: {}: only rake and rails are known to be the bundle's",
                                   base::Escape(gemfile, 4096), lock.error().message()));
  }
  IsolationLayer layer;
  layer.kind = IsolationKind::kBundler;
  layer.what = gemfile;
  const std::string path = ValueOf(request.environment, "PATH");
  const Sorter sorter(request.directory, path, lock.value_or(std::string()));
  for (const std::string& program : request.programs) {
    if (auto found = sorter.Sort(program, gemfile)) layer.programs.push_back(std::move(*found));
  }
  TakeOutLeaks(request.environment, layer);
  layer.variables.push_back({"BUNDLE_GEMFILE", gemfile, "isolation (bundler)"});
  return layer;
}

}  // namespace release
