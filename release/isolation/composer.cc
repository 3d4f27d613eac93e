#include "release/hostile_file.h"
#include "release/isolation/isolation_survey.h"

namespace release {

FoundLayer SurveyComposer(const IsolationRequest& request) {
  const std::string bin = request.directory + "/vendor/bin";
  // Programs in other languages may have a vendor/bin, too.
  const bool composer = IsRegularFile(request.directory + "/composer.json") ||
                        IsRegularFile(request.directory + "/vendor/autoload.php");
  if (!composer || !IsDirectory(bin)) return std::nullopt;
  IsolationLayer layer;
  layer.kind = IsolationKind::kComposer;
  layer.what = bin;
  layer.path = {bin};
  return layer;
}

}  // namespace release
