#include "config/record_terms.h"

namespace config {

void ReadRecordTerms(const Document& document, ObjectReader& reader, Problems& problems,
                     RecordTerms& terms) {
  const Node* const node = reader.Object("record");
  if (node == nullptr) return;
  ObjectReader inner(document, *node, problems);
  std::uint64_t keep = 0;
  if (inner.Size("keep", {0, std::uint64_t{1} << 40U}, keep)) terms.keep = keep;
  inner.Bool("digest", terms.digest);
  inner.Bool("input", terms.input);
  inner.Finish();
}

RecordTerms Together(const RecordTerms& rule, const RecordTerms& app) {
  return {.keep = rule.keep ? rule.keep : app.keep,
          .digest = rule.digest || app.digest,
          .input = rule.input || app.input};
}

}  // namespace config
