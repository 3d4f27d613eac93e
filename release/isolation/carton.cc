#include "release/hostile_file.h"
#include "release/isolation/isolation_survey.h"

namespace release {

FoundLayer SurveyCarton(const IsolationRequest& request) {
  const std::string local = request.directory + "/local";
  std::string libraries = local + "/lib/perl5";
  if (!IsDirectory(libraries)) return std::nullopt;
  IsolationLayer layer;
  layer.kind = IsolationKind::kCarton;
  layer.what = local;
  if (IsDirectory(local + "/bin")) layer.path = {local + "/bin"};
  // As `carton exec` does. The value of the app's own config comes last.
  const Variable* const configured = request.environment.Find("PERL5LIB");
  if (configured != nullptr && !configured->value.empty()) {
    libraries += ":" + configured->value;
  }
  layer.variables = {{"PERL5LIB", std::move(libraries), "isolation (carton)"}};
  return layer;
}

}  // namespace release
