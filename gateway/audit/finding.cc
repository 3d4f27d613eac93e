#include "gateway/audit/finding.h"

#include <fmt/format.h>

namespace audit {

std::string Describe(const Finding& finding) {
  std::string text;
  if (!finding.file.empty()) text += finding.file + ":";
  if (finding.line != 0) text += fmt::format("{}:", finding.line);
  if (!text.empty()) text += ' ';
  if (!finding.run.empty()) text += "run " + finding.run + ": ";
  return text + finding.message;
}

}  // namespace audit
