#include "release/survey.h"

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

void ReadProcfile(Survey& survey) {
  const auto text = ReadHostileFile(survey.directory + "/Procfile");
  if (!text) {
    if (text.error().code() != base::Code::kNotFound) {
      survey.warnings.push_back("Procfile: " + text.error().message());
    }
    return;
  }
  survey.procfile = ParseProcfile(*text);
  for (const std::size_t line : survey.procfile.ignored) {
    survey.warnings.push_back(fmt::format("Procfile:{}: no NAME: COMMAND, or one too many", line));
  }
}

void Append(std::vector<std::string>& to, std::vector<std::string> from) {
  for (std::string& item : from) to.push_back(std::move(item));
}

// The programs of consoles, and the first that were asked about; each once.
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

Outcome<void> CheckVersions(const App& app, const Survey& survey,
                            const std::vector<MissingVersion>& missing) {
  for (const MissingVersion& version : missing) {
    // A virtualenv has a Python of its own.
    if (version.tool == "python" && Has(survey.isolation, IsolationKind::kVirtualenv)) continue;
    return Refuse(kUnusable,
                  fmt::format("{}+{}: {}; install it, or leave \"versions\" out of \"isolation\" "
                              "in {}",
                              app.name, survey.release, version.message, app.file));
  }
  if (survey.versions.empty() && app.isolation.Demands(IsolationKind::kVersions)) {
    return Refuse(kUnusable, fmt::format("{}+{}: no file names a version that a version manager of "
                                         "the user's has, and {} asks for \"versions\"",
                                         app.name, survey.release, app.file));
  }
  return {};
}

// Where the app is in its release.
Outcome<std::string> FolderIn(const App& app, const Survey& survey) {
  if (app.folder.empty()) return survey.top;
  const auto real = RealPath(fmt::format("{}/{}", survey.top, app.folder));
  const bool within = real && real->starts_with(survey.top + "/") && IsDirectory(*real);
  if (within) return *real;
  return Refuse(
      kUnusable,
      fmt::format("{}+{}: the folder {} in {} is not usable: {} ({})", app.name, survey.release,
                  base::Escape(app.folder, 200), survey.top,
                  real ? "it is no folder of the release" : real.error().message(), app.file));
}

std::optional<FoundUmask> UmaskOfUnits(const App& app, const Outside& outside) {
  for (const ConfigSource& source : app.config) {
    if (source.kind != SourceKind::kUnit) continue;
    const auto unit = outside.units.find(source.path);
    if (unit != outside.units.end() && unit->second.umask) {
      return FoundUmask{*unit->second.umask, source.path + " has it"};
    }
  }
  return std::nullopt;
}

// Whether the program's own name ends in the beginning of the version: /usr/bin/ruby3.1 of 3.1.2.
bool IsNamedSo(const Survey& survey, const std::string& tool, std::string_view version) {
  const std::string program = tool == "python" ? "python3" : tool;
  for (const Interpreter& interpreter : survey.interpreters) {
    if (interpreter.name != program) continue;
    const std::size_t at = interpreter.path.find_last_not_of("0123456789.") + 1;
    const std::string_view digits = std::string_view(interpreter.path).substr(at);
    if (version.starts_with(tool + "-")) version.remove_prefix(tool.size() + 1);
    if (version == digits || version.starts_with(std::string(digits) + ".")) return !digits.empty();
  }
  return false;
}

// What runs although the project names another, or keeps its own elsewhere.
void AddForeign(const App& app, std::string_view path, const Variables& environment,
                const VersionsFindings& versions, Survey& survey) {
  const bool virtualenv = Has(survey.isolation, IsolationKind::kVirtualenv);
  for (const MissingVersion& version : versions.foreign) {
    if (version.tool == "python" && virtualenv) continue;
    // Corepack's pnpm and yarn take the one that package.json names.
    const auto real = RealPath(FindProgram(path, version.tool));
    const bool corepack = real && real->find("/corepack/") != std::string::npos;
    if (corepack || IsNamedSo(survey, version.tool, version.version)) continue;
    survey.foreign.push_back(version.message);
  }
  if (virtualenv || !app.isolation.Allows(IsolationKind::kVirtualenv)) return;
  const ToolsEnvironment tools = FindToolsEnvironment(survey.directory, environment);
  if (tools.tool.empty()) return;
  survey.foreign.push_back(
      fmt::format("python3 is not the project's: {} is {}'s, and there is no environment {}*",
                  tools.file, tools.tool, base::Escape(tools.sought, 1000)));
}

// What depends on the whole PATH.
void FindPrograms(const App& app, const Account& account, const Variables& environment,
                  const SurveyRequest& request, const VersionsFindings& versions, Survey& survey) {
  const Variable* const variable = environment.Find("PATH");
  const std::string path = variable == nullptr ? std::string() : variable->value;
  survey.console = FindConsole(survey.directory, path, survey.isolation);
  survey.interpreters = FindInterpreters(path);
  AddForeign(app, path, environment, versions, survey);
  if (request.programs.empty() || !FindProgram(path, request.programs[0]).empty()) return;
  const std::string& program = request.programs[0];
  const std::string found = FindElsewhere(survey.directory, account.home, program);
  if (found.empty()) return;
  const bool absolute = found.starts_with('/');
  survey.elsewhere = {
      program, fmt::format("there is {}{}", base::Escape(found, 1000),
                           absolute ? fmt::format(": \"path\" in {} may name its folder", app.file)
                                    : std::string(" in the release"))};
}

}  // namespace

Outcome<Survey> MakeSurvey(const App& app, const Account& account, const SurveyRequest& request,
                           const Outside& outside) {
  auto place = Locate(app, request.release);
  if (!place) return tl::unexpected(std::move(place.error()));
  Survey survey;
  survey.release = std::move(place->id);
  survey.names = std::move(place->names);
  survey.top = std::move(place->directory);
  auto directory = FolderIn(app, survey);
  if (!directory) return tl::unexpected(std::move(directory.error()));
  survey.directory = std::move(*directory);
  survey.commit = std::move(place->commit);

  VersionsFindings versions = SurveyVersions({app, survey.directory, account.home});
  survey.versions = std::move(versions.layers);
  Append(survey.warnings, std::move(versions.warnings));

  Variables environment = BaseEnvironment(app, account, survey.versions);
  survey.framework = Recognise(survey.directory);
  if (request.loader) survey.loader = FindLoader(survey.directory);
  auto files = ReadValueFiles(app, survey.directory, environment, outside, survey.framework);
  if (!files) return tl::unexpected(std::move(files.error()));
  survey.config = files->variables.all();
  Append(survey.warnings, std::move(files->warnings));
  survey.differences = std::move(files->differences);
  AddConfig(app, survey.config, environment);
  survey.umask = UmaskOfUnits(app, outside);

  ReadProcfile(survey);
  auto isolation =
      SurveyIsolation({app, survey.directory, environment, WithConsole(request.programs)});
  if (!isolation) return tl::unexpected(std::move(isolation.error()));
  survey.isolation = std::move(isolation->layers);
  Append(survey.warnings, std::move(isolation->warnings));
  if (auto found = CheckVersions(app, survey, versions.missing); !found) {
    return tl::unexpected(std::move(found.error()));
  }
  IsolateEnvironment(survey.isolation, environment);
  FindPrograms(app, account, environment, request, versions, survey);
  if (survey.warnings.size() > kMaxWarnings) survey.warnings.resize(kMaxWarnings);
  return survey;
}

}  // namespace release
