#include "release/release_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/env/value_files.h"
#include "release/environment.h"
#include "release/hostile_file.h"
#include "release/isolation/isolation_survey.h"
#include "release/isolation/python_environments.h"
#include "release/isolation/search_path.h"
#include "release/isolation/versions_survey.h"
#include "release/layout/layout.h"

namespace release {
namespace {

constexpr std::size_t kMaxPrograms = 16;

void ReadProcfile(ReleaseSnapshot& snapshot) {
  const auto text = ReadHostileFile(snapshot.directory + "/Procfile");
  if (!text) {
    if (text.error().code() != base::Code::kNotFound) {
      snapshot.warnings.push_back("Procfile: " + text.error().message());
    }
    return;
  }
  snapshot.procfile = ParseProcfile(*text);
  for (const std::size_t line : snapshot.procfile.ignored) {
    snapshot.warnings.push_back(
        fmt::format("Procfile:{}: no NAME: COMMAND, or one too many", line));
  }
}

void Append(std::vector<std::string>& to, std::vector<std::string> from) {
  for (std::string& item : from) to.push_back(std::move(item));
}

// The programs of consoles, then the requested ones, each once, up to kMaxPrograms.
std::vector<std::string> WithConsole(const std::vector<std::string>& asked) {
  std::vector<std::string> programs = ConsolePrograms();
  for (const std::string& program : asked) {
    if (programs.size() == kMaxPrograms) break;
    if (std::find(programs.begin(), programs.end(), program) == programs.end()) {
      programs.push_back(program);
    }
  }
  return programs;
}

bool Has(const std::vector<IsolationLayer>& layers, IsolationKind kind) {
  return std::any_of(layers.begin(), layers.end(),
                     [kind](const IsolationLayer& layer) { return layer.kind == kind; });
}

Outcome<void> CheckVersions(const App& app, const ReleaseSnapshot& snapshot,
                            const std::vector<MissingVersion>& missing) {
  for (const MissingVersion& version : missing) {
    // A virtualenv has a Python of its own.
    if (version.tool == "python" && Has(snapshot.isolation, IsolationKind::kVirtualenv)) continue;
    return Refuse(kUnusable,
                  fmt::format("{}+{}: {}; install it, or leave \"versions\" out of \"isolation\" "
                              "in {}",
                              app.name, snapshot.release, version.message, app.file));
  }
  if (snapshot.versions.empty() && app.isolation.Demands(IsolationKind::kVersions)) {
    return Refuse(kUnusable, fmt::format("{}+{}: no file names a version that a version manager of "
                                         "the user's has, and {} asks for \"versions\"",
                                         app.name, snapshot.release, app.file));
  }
  return {};
}

// The app's folder in its release.
Outcome<std::string> FolderIn(const App& app, const ReleaseSnapshot& snapshot) {
  if (app.folder.empty()) return snapshot.top;
  const auto real = RealPath(fmt::format("{}/{}", snapshot.top, app.folder));
  // A link could lead out of the release, and so out of what the lease holds.
  const bool within = real && real->starts_with(snapshot.top + "/") && IsDirectory(*real);
  if (within) return *real;
  return Refuse(
      kUnusable,
      fmt::format("{}+{}: the folder {} in {} is not usable: {} ({})", app.name, snapshot.release,
                  base::Escape(app.folder, 200), snapshot.top,
                  real ? "it is no folder of the release" : real.error().message(), app.file));
}

std::optional<FoundUmask> UmaskOfUnits(const App& app, const RootOwnedSources& root_owned) {
  for (const ConfigSource& source : app.config) {
    if (source.kind != SourceKind::kUnit) continue;
    const auto unit = root_owned.units.find(source.path);
    if (unit != root_owned.units.end() && unit->second.umask) {
      return FoundUmask{*unit->second.umask, source.path + " has it"};
    }
  }
  return std::nullopt;
}

// Whether the program's file name ends in the start of the version: /usr/bin/ruby3.1 for 3.1.2.
bool IsNamedSo(const ReleaseSnapshot& snapshot, const std::string& tool, std::string_view version) {
  const std::string program = tool == "python" ? "python3" : tool;
  for (const Interpreter& interpreter : snapshot.interpreters) {
    if (interpreter.name != program) continue;
    const std::size_t at = interpreter.path.find_last_not_of("0123456789.") + 1;
    const std::string_view digits = std::string_view(interpreter.path).substr(at);
    if (version.starts_with(tool + "-")) version.remove_prefix(tool.size() + 1);
    if (version == digits || version.starts_with(std::string(digits) + ".")) return !digits.empty();
  }
  return false;
}

// Adds interpreters that run although the project names another version or has its own environment.
void AddForeign(const App& app, std::string_view path, const Variables& environment,
                const VersionsFindings& versions, ReleaseSnapshot& snapshot) {
  const bool virtualenv = Has(snapshot.isolation, IsolationKind::kVirtualenv);
  for (const MissingVersion& version : versions.foreign) {
    if (version.tool == "python" && virtualenv) continue;
    // Corepack's pnpm and yarn start the version that package.json names.
    const auto real = RealPath(FindProgram(path, version.tool));
    const bool corepack = real && real->find("/corepack/") != std::string::npos;
    if (corepack || IsNamedSo(snapshot, version.tool, version.version)) continue;
    snapshot.foreign.push_back(version.message);
  }
  if (virtualenv || !app.isolation.Allows(IsolationKind::kVirtualenv)) return;
  const ToolsEnvironment tools = FindToolsEnvironment(snapshot.directory, environment);
  if (tools.tool.empty()) return;
  snapshot.foreign.push_back(
      fmt::format("python3 is not the project's: {} is {}'s, and there is no environment {}*",
                  tools.file, tools.tool, base::Escape(tools.sought, 1000)));
}

// Fills in what depends on the whole PATH.
void FindPrograms(const App& app, const Account& account, const Variables& environment,
                  const SnapshotRequest& request, const VersionsFindings& versions,
                  ReleaseSnapshot& snapshot) {
  const Variable* const variable = environment.Find("PATH");
  const std::string path = variable == nullptr ? std::string() : variable->value;
  snapshot.console = FindConsole(snapshot.directory, path, snapshot.isolation);
  snapshot.interpreters = FindInterpreters(path);
  AddForeign(app, path, environment, versions, snapshot);
  if (request.programs.empty() || !FindProgram(path, request.programs[0]).empty()) return;
  const std::string& program = request.programs[0];
  const std::string found = FindProgramHint(snapshot.directory, account.home, program);
  if (found.empty()) return;
  const bool absolute = found.starts_with('/');
  snapshot.elsewhere = {
      program, fmt::format("there is {}{}", base::Escape(found, 1000),
                           absolute ? fmt::format(": \"path\" in {} may name its folder", app.file)
                                    : std::string(" in the release"))};
}

}  // namespace

Outcome<ReleaseSnapshot> TakeSnapshot(const App& app, const Account& account,
                                      const SnapshotRequest& request,
                                      const RootOwnedSources& root_owned) {
  auto place = Locate(app, request.release);
  if (!place) return tl::unexpected(std::move(place.error()));
  ReleaseSnapshot snapshot;
  snapshot.release = std::move(place->id);
  snapshot.names = std::move(place->names);
  snapshot.top = std::move(place->directory);
  auto directory = FolderIn(app, snapshot);
  if (!directory) return tl::unexpected(std::move(directory.error()));
  snapshot.directory = std::move(*directory);
  snapshot.commit = std::move(place->commit);

  VersionsFindings versions = SurveyVersions({app, snapshot.directory, account.home});
  snapshot.versions = std::move(versions.layers);
  Append(snapshot.warnings, std::move(versions.warnings));

  Variables environment = BaseEnvironment(app, account, snapshot.versions);
  snapshot.framework = Recognise(snapshot.directory);
  if (request.loader) snapshot.loader = FindLoader(snapshot.directory);
  auto files = ReadValueFiles(app, snapshot.directory, environment, root_owned, snapshot.framework);
  if (!files) return tl::unexpected(std::move(files.error()));
  snapshot.config = files->variables.all();
  Append(snapshot.warnings, std::move(files->warnings));
  snapshot.differences = std::move(files->differences);
  AddConfig(app, snapshot.config, environment);
  snapshot.umask = UmaskOfUnits(app, root_owned);

  ReadProcfile(snapshot);
  auto isolation =
      SurveyIsolation({app, snapshot.directory, environment, WithConsole(request.programs)});
  if (!isolation) return tl::unexpected(std::move(isolation.error()));
  snapshot.isolation = std::move(isolation->layers);
  Append(snapshot.warnings, std::move(isolation->warnings));
  if (auto found = CheckVersions(app, snapshot, versions.missing); !found) {
    return tl::unexpected(std::move(found.error()));
  }
  IsolateEnvironment(snapshot.isolation, environment);
  FindPrograms(app, account, environment, request, versions, snapshot);
  // The snapshot must fit into one message to the launcher.
  if (snapshot.warnings.size() > kMaxWarnings) snapshot.warnings.resize(kMaxWarnings);
  return snapshot;
}

}  // namespace release
