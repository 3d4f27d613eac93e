#include "release/bundle_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "release/hostile_file.h"

namespace release {
namespace {

constexpr std::size_t kMaxScript = 65536;  // bytes of a script that is looked into
constexpr std::size_t kMaxPrograms = 16;

std::string ReadScript(const std::string& path) {
  return ReadHostileFile(path, kMaxScript).value_or(std::string());
}

std::string ValueOf(const Variables& environment, std::string_view name) {
  const Variable* variable = environment.Find(name);
  return variable == nullptr ? std::string() : variable->value;
}

// The Gemfile: a configured one if it lies in this release, else the release's own. Empty if there
// is none.
std::string FindGemfile(const BundleRequest& request, std::vector<std::string>& warnings) {
  const std::string& directory = request.directory;
  const Variable* configured = request.environment.Find("BUNDLE_GEMFILE");
  if (configured != nullptr && !configured->value.empty()) {
    const std::filesystem::path path =
        (std::filesystem::path(directory) / configured->value).lexically_normal();
    if (path.string().starts_with(directory + "/") && IsRegularFile(path)) return path;
    warnings.push_back(fmt::format(
        "{}: BUNDLE_GEMFILE leads out of this release; the release's own Gemfile is used",
        configured->source));
  }
  std::string own = directory + "/Gemfile";
  return IsRegularFile(own) ? own : std::string();
}

// How the programs asked about are started, by what the lock file and the PATH hold.
class Sorter {
 public:
  Sorter(const std::string& directory, const std::string& path, const std::string& lock)
      : directory_(directory), path_(path) {
    for (std::string& gem : LockedGems(lock)) gems_.insert(std::move(gem));
    for (const std::string& gem : gems_) {
      for (std::string& name : ExecutablesOf(gem)) executables_.insert(std::move(name));
    }
  }

  bool HasGem(const std::string& gem) const { return gems_.contains(gem); }

  void Sort(const std::string& program, Bundler& bundler) const {
    if (program.empty() || program == "bundle" || program.find('/') != std::string::npos) return;
    if (IsOwnBinstub(program)) {
      bundler.binstubs.push_back(program);
    } else if (IsInBundle(program)) {
      bundler.wrapped.push_back(program);
    }
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
    if (program == "rake" || program == "rails" || executables_.contains(program)) return true;
    const std::string found = FindProgram(path_, program);
    // A gem of that name, and no program of the system's with it.
    if (found.empty()) return gems_.contains(program);
    return gems_.contains(GemOfBinstub(ReadScript(found)));
  }

  const std::string& directory_;
  const std::string& path_;
  std::set<std::string> gems_;
  std::set<std::string> executables_;
};

}  // namespace

std::string FindProgram(std::string_view path, std::string_view name) {
  for (const std::string_view folder : base::Split(path, ':')) {
    if (!folder.starts_with('/')) continue;
    std::string candidate = fmt::format("{}/{}", folder, name);
    if (IsProgram(candidate)) return candidate;
  }
  return {};
}

Outcome<BundleFindings> SurveyBundle(const BundleRequest& request) {
  BundleFindings findings;
  findings.rails = IsRegularFile(request.directory + "/bin/rails");
  if (request.app.isolation == IsolationKind::kNone) return findings;
  Bundler& bundler = findings.bundler;
  bundler.gemfile = FindGemfile(request, findings.warnings);
  if (bundler.gemfile.empty()) {
    if (request.app.isolation == IsolationKind::kAuto) return findings;
    return Refuse(kUnusable, fmt::format("{}: {} has no Gemfile, and {} asks for \"bundler\"",
                                         request.app.name, request.directory, request.app.file));
  }
  const std::string path = ValueOf(request.environment, "PATH");
  bundler.bundle = FindProgram(path, "bundle");
  const auto lock = ReadHostileFile(bundler.gemfile + ".lock");
  if (!lock) {
    findings.warnings.push_back(
        fmt::format("{}.lock: {}: only rake and rails are known to be the bundle's",
                    bundler.gemfile, lock.error().message()));
  }
  const Sorter sorter(request.directory, path, lock.value_or(std::string()));
  findings.rails = findings.rails || sorter.HasGem("railties");
  std::set<std::string> seen;
  for (const std::string& program : request.programs) {
    if (seen.size() == kMaxPrograms) break;
    if (seen.insert(program).second) sorter.Sort(program, bundler);
  }
  return findings;
}

}  // namespace release
