// The configuration reader against arbitrary text: every place that it reports lies inside the
// text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "authz/policy.h"
#include "config/gateway_settings.h"
#include "config/json_document.h"

namespace {

void Check(const config::Document& document, const config::Node& node, std::size_t size) {
  if (node.offset >= size || document.LineOf(node.offset) == 0) std::abort();
  for (const config::Member& member : node.members) {
    if (member.offset >= member.value.offset) std::abort();
    Check(document, member.value, size);
  }
  for (const config::Node& element : node.elements) {
    if (element.offset <= node.offset) std::abort();
    Check(document, element, size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Problems problems;
  const auto document = config::Document::Parse("fuzz", text, problems);
  if (document) Check(*document, document->root(), size);
  config::ParseGatewaySettings("fuzz", text, problems);
  authz::Policy::Parse("fuzz", text, {{"alice", "bob"}, {"shop"}}, problems);
  for (const config::Problem& problem : problems) {
    if (problem.Render().empty()) std::abort();
  }
  return 0;
}
