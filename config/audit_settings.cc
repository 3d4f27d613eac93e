#include "config/audit_settings.h"

#include <fmt/format.h>

#include "config/quantity.h"

namespace config {

void ReadAuditSettings(const Document& document, ObjectReader& reader, Problems& problems,
                       AuditSettings& settings) {
  const Node* const audit = reader.Object("audit");
  if (audit == nullptr) return;
  ObjectReader inner(document, *audit, problems);
  if (const Node* const checkpoint = inner.Object("checkpoint")) {
    ObjectReader bounds(document, *checkpoint, problems);
    bounds.Integer("records", {1, 1'000'000}, settings.checkpoint_records);
    bounds.Duration("time", {std::chrono::milliseconds(100), std::chrono::hours(24)},
                    settings.checkpoint_time);
    bounds.Finish();
  }
  inner.Finish();
}

std::string FormatAuditSettings(const AuditSettings& settings) {
  return fmt::format(
      R"(  "audit": {{
    "checkpoint": {{"records": {}, "time": "{}"}}
  }})",
      settings.checkpoint_records, FormatDuration(settings.checkpoint_time));
}

}  // namespace config
