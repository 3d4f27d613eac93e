#include "gateway/audit/finding.h"

#include <fmt/format.h>

namespace audit {
namespace {

int Gravity(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDamaged:
      return 3;
    case Verdict::kCannotTell:
      return 2;
    case Verdict::kIncomplete:
      return 1;
    case Verdict::kSound:
      break;
  }
  return 0;
}

}  // namespace

Verdict Graver(Verdict a, Verdict b) { return Gravity(a) >= Gravity(b) ? a : b; }

std::string Describe(const Finding& finding) {
  std::string text;
  if (!finding.file.empty()) text += finding.file + ":";
  if (finding.line != 0) text += fmt::format("{}:", finding.line);
  if (!text.empty()) text += ' ';
  if (!finding.run.empty()) text += "run " + finding.run + ": ";
  return text + finding.message;
}

}  // namespace audit
