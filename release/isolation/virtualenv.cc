#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/isolation/isolation_survey.h"
#include "release/isolation/python_environments.h"
#include "release/isolation/python_files.h"

namespace release {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxScript = 65536;  // bytes of a script that is read
constexpr std::array<std::string_view, 4> kNames = {"venv", ".venv", "env", "virtualenv"};

bool HasPyvenv(const std::string& folder) { return IsRegularFile(folder + "/pyvenv.cfg"); }

// Whether `folder` lies in another release than `directory`.
bool IsAnotherRelease(const std::string& folder, const std::string& directory) {
  fs::path release = directory;  // `directory` may be a folder in it
  while (release.has_relative_path() && release.parent_path().filename() != "releases") {
    release = release.parent_path();
  }
  if (!release.has_relative_path()) return false;
  const auto real = RealPath(folder);
  return real && real->starts_with(release.parent_path().string() + "/") && *real != release &&
         !real->starts_with(release.string() + "/");
}

// The folder in VIRTUAL_ENV; empty if it is no virtualenv, or another release's.
std::string ConfiguredFolder(const IsolationRequest& request, std::vector<std::string>& warnings) {
  const Variable* const configured = request.environment.Find("VIRTUAL_ENV");
  if (configured == nullptr || configured->value.empty()) return {};
  std::string folder =
      (fs::path(request.directory) / configured->value / "").lexically_normal().parent_path();
  if (!HasPyvenv(folder)) {
    warnings.push_back(configured->source + ": VIRTUAL_ENV names no virtualenv, and is not used");
    return {};
  }
  if (IsAnotherRelease(folder, request.directory)) {
    warnings.push_back(configured->source +
                       ": VIRTUAL_ENV leads into another release, and is not used");
    return {};
  }
  return folder;
}

std::string FindFolder(const IsolationRequest& request, std::vector<std::string>& warnings) {
  std::string configured = ConfiguredFolder(request, warnings);
  if (!configured.empty()) return configured;
  // Capistrano keeps what releases share in shared/.
  for (const std::string& place : {request.directory, request.app.root + "/shared"}) {
    for (const std::string_view name : kNames) {
      std::string folder = fmt::format("{}/{}", place, name);
      if (HasPyvenv(folder)) return folder;
    }
  }
  return FindToolsEnvironment(request.directory, request.environment).folder;
}

class Virtualenv {
 public:
  Virtualenv(const IsolationRequest& request, std::string folder)
      : request_(request), folder_(std::move(folder)), bin_(folder_ + "/bin") {
    pyvenv_ =
        ParsePyvenv(ReadHostileFile(folder_ + "/pyvenv.cfg", kMaxScript).value_or(std::string()));
    for (const char* name : {"/python", "/python3"}) {
      if (python_.empty() && IsProgram(bin_ + name)) python_ = bin_ + name;
    }
    if (const auto real = RealPath(bin_)) real_bin_ = *real;
  }

  bool broken() const { return python_.empty(); }

  std::string WhyBroken() const {
    const std::string made =
        pyvenv_.home.empty() ? ""
                             : ", made with the Python in " + base::Escape(pyvenv_.home, 200) + ",";
    return fmt::format("the virtualenv {}{} has no bin/python that can be run", Shown(), made);
  }

  IsolationLayer Layer() const {
    IsolationLayer layer;
    layer.kind = IsolationKind::kVirtualenv;
    layer.what = pyvenv_.version.empty()
                     ? folder_
                     : fmt::format("{} (Python {})", folder_, base::Escape(pyvenv_.version, 32));
    layer.path = {bin_};
    layer.variables = {{"VIRTUAL_ENV", folder_, "isolation (virtualenv)"}};
    for (const std::string& program : request_.programs) {
      if (auto found = Sort(program)) layer.programs.push_back(std::move(*found));
    }
    return layer;
  }

 private:
  std::string Shown() const { return base::Escape(folder_, 4096); }

  std::optional<Substitution> Sort(const std::string& program) const {
    if (program.empty() || program.find('/') != std::string::npos) return std::nullopt;
    const bool manage = program == "manage.py" && IsRegularFile(request_.directory + "/manage.py");
    const std::string path = bin_ + "/" + program;
    struct stat status {};
    // A broken link must not make the search go on in the rest of the PATH.
    const bool there = lstat(path.c_str(), &status) == 0;
    if (!manage && !there) return std::nullopt;
    if (broken() || (!manage && !IsProgram(path))) {
      return Substitution{program, {}, Refused(program)};
    }
    if (manage) return Substitution{program, {python_, program}, {}};
    if (StartsByItself(path)) return std::nullopt;
    return Substitution{program, {python_, path}, {}};
  }

  std::string Refused(const std::string& program) const {
    const std::string shown = base::Escape(program, 64);
    if (!broken())
      return fmt::format("{}/bin/{} cannot be run; is it what pip made?", Shown(), shown);
    return fmt::format("{} belongs to a virtualenv that is broken: {}; make it again", shown,
                       WhyBroken());
  }

  // Whether the program runs without help: it is no Python script, or its "#!" line names this
  // virtualenv's Python. The scripts of a moved virtualenv still name the old path.
  bool StartsByItself(const std::string& path) const {
    const auto script = ReadHostileFile(path, kMaxScript);
    // A binary, or a file that is too large for a script.
    if (!script) return true;
    const fs::path interpreter = InterpreterOf(*script);
    if (!interpreter.filename().string().starts_with("py")) return true;
    const auto folder = RealPath(interpreter.parent_path());
    return folder && *folder == real_bin_ && IsProgram(interpreter);
  }

  const IsolationRequest& request_;
  std::string folder_;
  std::string bin_;
  std::string real_bin_;
  std::string python_;  // empty: no Python can be run
  Pyvenv pyvenv_;
};

}  // namespace

FoundLayer SurveyVirtualenv(const IsolationRequest& request, std::vector<std::string>& warnings) {
  std::string folder = FindFolder(request, warnings);
  if (folder.empty()) return std::nullopt;
  const Virtualenv virtualenv(request, std::move(folder));
  if (virtualenv.broken()) warnings.push_back(virtualenv.WhyBroken());
  return virtualenv.Layer();
}

}  // namespace release
