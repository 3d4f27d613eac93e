#include "config/record_terms.h"

namespace config {
namespace {

void ReadInput(const Node& object, ObjectReader& reader, Input& input) {
  const Node* const node = object.Find("input");
  if (node != nullptr && node->kind == Node::Kind::kString) {
    std::string word;
    if (reader.Choice("input", {"all"}, word)) input = Input::kAll;
    return;
  }
  bool wanted = false;
  if (reader.Bool("input", wanted)) input = wanted ? Input::kEchoed : Input::kNone;
}

}  // namespace

void ReadRecordTerms(const Document& document, ObjectReader& reader, Problems& problems,
                     RecordTerms& terms) {
  const Node* const node = reader.Object("record");
  if (node == nullptr) return;
  ObjectReader inner(document, *node, problems);
  std::uint64_t keep = 0;
  if (inner.Size("keep", {0, std::uint64_t{1} << 40U}, keep)) terms.keep = keep;
  inner.Bool("digest", terms.digest);
  ReadInput(*node, inner, terms.input);
  inner.Finish();
}

RecordTerms Together(const RecordTerms& rule, const RecordTerms& app) {
  return {.keep = rule.keep ? rule.keep : app.keep,
          .digest = rule.digest || app.digest,
          .input = rule.input != Input::kPrograms ? rule.input : app.input};
}

}  // namespace config
