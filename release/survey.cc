#include "release/survey.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "release/bundle_survey.h"
#include "release/environment.h"
#include "release/hostile_file.h"
#include "release/layout.h"
#include "release/value_files.h"

namespace release {
namespace {

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
  auto bundle = SurveyBundle({app, survey.directory, environment, request.programs});
  if (!bundle) return tl::unexpected(std::move(bundle.error()));
  survey.bundler = std::move(bundle->bundler);
  survey.rails = bundle->rails;
  Append(survey.warnings, std::move(bundle->warnings));
  if (survey.warnings.size() > kMaxWarnings) survey.warnings.resize(kMaxWarnings);
  return survey;
}

}  // namespace release
