#include "release/isolation/isolation_survey.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

// What a release with this kind contains.
std::string_view MarkOf(IsolationKind kind) {
  switch (kind) {
    case IsolationKind::kBundler:
      return "Gemfile";
    case IsolationKind::kVirtualenv:
      return "virtualenv (a folder venv, .venv, env or virtualenv with a pyvenv.cfg)";
    case IsolationKind::kNode:
      return "node_modules/.bin";
    case IsolationKind::kComposer:
      return "vendor/bin beside a composer.json";
    case IsolationKind::kCarton:
      return "local/lib/perl5";
    case IsolationKind::kVersions:
      break;
  }
  return "";
}

FoundLayer Find(IsolationKind kind, const IsolationRequest& request,
                std::vector<std::string>& warnings) {
  switch (kind) {
    case IsolationKind::kBundler:
      return SurveyBundler(request, warnings);
    case IsolationKind::kVirtualenv:
      return SurveyVirtualenv(request, warnings);
    case IsolationKind::kNode:
      return SurveyNode(request);
    case IsolationKind::kComposer:
      return SurveyComposer(request);
    case IsolationKind::kCarton:
      return SurveyCarton(request);
    case IsolationKind::kVersions:
      break;
  }
  return std::nullopt;
}

}  // namespace

Outcome<IsolationFindings> SurveyIsolation(const IsolationRequest& request) {
  IsolationFindings findings;
  const IsolationChoice& choice = request.app.isolation;
  for (const IsolationKind kind :
       {IsolationKind::kBundler, IsolationKind::kVirtualenv, IsolationKind::kNode,
        IsolationKind::kComposer, IsolationKind::kCarton}) {
    if (!choice.Allows(kind)) continue;
    if (auto layer = Find(kind, request, findings.warnings)) {
      findings.layers.push_back(std::move(*layer));
    } else if (choice.Demands(kind)) {
      return Refuse(kUnusable, fmt::format("{}: {} has no {}, and {} asks for \"{}\"",
                                           request.app.name, base::Escape(request.directory, 4096),
                                           MarkOf(kind), request.app.file, NameOf(kind)));
    }
  }
  return findings;
}

}  // namespace release
