// Checkpoints that were kept elsewhere, and a log that is held to them.
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/file.h"
#include "gateway/audit/anchors.h"
#include "gateway/audit/verify.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/scratch_folder.h"

namespace {

using fuzz::Require;

void Write(const std::string& path, const std::string& bytes) {
  const base::UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  Require(base::WriteAll(fd.get(), bytes).has_value());
}

}  // namespace

// The log, a NUL, the file of anchors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFolder folder;
  static const fuzz::ScratchFolder elsewhere;
  fuzz::Input input(data, size);
  Write(folder.path() + "/2026-03-01.jsonl", input.Until('\0'));
  const std::string kept = elsewhere.path() + "/kept";
  Write(kept, std::string(input.rest()));

  audit::VerifyOptions options;
  const audit::Report alone = audit::Verify(folder.path(), options);
  options.anchors = audit::ReadAnchors(kept);
  const bool none = options.anchors.anchors.empty();
  Require(!none || !options.anchors.findings.empty());
  const audit::Report held = audit::Verify(folder.path(), options);
  // An anchor makes nothing better, and counts only where the log holds it.
  Require(alone.verdict != audit::Verdict::kDamaged || held.verdict == audit::Verdict::kDamaged);
  Require(held.sealed.anchors <= options.anchors.anchors.size());
  Require(held.sealed.last_anchored <= held.last || held.verdict == audit::Verdict::kDamaged);
  Require(!none || held.verdict != audit::Verdict::kSound);
  for (const audit::Finding& finding : held.findings) {
    for (const char c : audit::Describe(finding)) {
      Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    }
  }
  return 0;
}
