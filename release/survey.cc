#include "release/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/environment.h"
#include "release/hostile_file.h"
#include "release/isolation_survey.h"
#include "release/layout.h"
#include "release/value_files.h"

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

}  // namespace

Outcome<Survey> MakeSurvey(const App& app, const Account& account, const SurveyRequest& request) {
  auto place = Locate(app, request.release);
  if (!place) return tl::unexpected(std::move(place.error()));
  Survey survey;
  survey.release = std::move(place->id);
  survey.names = std::move(place->names);
  survey.directory = std::move(place->directory);
  survey.commit = std::move(place->commit);

  Variables environment = BaseEnvironment(app, account);
  auto files = ReadValueFiles(app, survey.directory, environment);
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
  IsolateEnvironment(survey.isolation, environment);
  const Variable* const path = environment.Find("PATH");
  survey.console =
      FindConsole(survey.directory, path == nullptr ? "" : path->value, survey.isolation);
  if (survey.warnings.size() > kMaxWarnings) survey.warnings.resize(kMaxWarnings);
  return survey;
}

}  // namespace release
