// A file of the audit log, as its readers and its next writer meet it.
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/file.h"
#include "gateway/audit/log.h"
#include "gateway/audit/show.h"
#include "gateway/audit/verify.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/still_clock.h"

namespace {

using fuzz::Require;

const std::string& Directory() {
  static const fuzz::ScratchFolder folder;
  return folder.path();
}

void CheckShown(audit::Form form) {
  const auto print = [](std::string_view line) {
    for (const char c : line) Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  };
  Require(audit::Show(Directory(), {}, form, print).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string file = Directory() + "/2026-03-01.jsonl";
  const base::UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Require(base::WriteAll(fd.get(), bytes).has_value());
  CheckShown(audit::Form::kTable);
  CheckShown(audit::Form::kJson);
  const audit::Report before = audit::Verify(Directory());
  const fuzz::StillClock clock;
  auto log = audit::Log::Open(base::OpenDirectory(Directory()).value(), "h", clock);
  Require(log.has_value());
  Require(log->Append({R"({"event":"service.stopped","version":"1"})"}).durable == 1);
  const audit::Report after = audit::Verify(Directory());
  // Nothing is lost, and whatever was damaged stays so.
  Require(after.records > before.records);
  Require(before.verdict != audit::Verdict::kDamaged || after.verdict == audit::Verdict::kDamaged);
  return 0;
}
