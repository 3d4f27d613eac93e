#include "release/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/environment.h"
#include "release/hostile_file.h"
#include "release/isolation_survey.h"
#include "release/layout.h"
#include "release/search_path.h"
#include "release/value_files.h"
#include "release/versions_survey.h"

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

// What depends on the whole PATH.
void FindPrograms(const App& app, const Account& account, const Variables& environment,
                  const SurveyRequest& request, Survey& survey) {
  const Variable* const variable = environment.Find("PATH");
  const std::string path = variable == nullptr ? std::string() : variable->value;
  survey.console = FindConsole(survey.directory, path, survey.isolation);
  survey.interpreters = FindInterpreters(path);
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
  survey.directory = std::move(place->directory);
  survey.commit = std::move(place->commit);

  VersionsFindings versions = SurveyVersions({app, survey.directory, account.home});
  survey.versions = std::move(versions.layers);
  Append(survey.warnings, std::move(versions.warnings));

  Variables environment = BaseEnvironment(app, account, survey.versions);
  auto files = ReadValueFiles(app, survey.directory, environment, outside);
  if (!files) return tl::unexpected(std::move(files.error()));
  survey.config = files->variables.all();
  Append(survey.warnings, std::move(files->warnings));
  AddConfig(app, survey.config, environment);

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
  FindPrograms(app, account, environment, request, survey);
  if (survey.warnings.size() > kMaxWarnings) survey.warnings.resize(kMaxWarnings);
  return survey;
}

}  // namespace release
