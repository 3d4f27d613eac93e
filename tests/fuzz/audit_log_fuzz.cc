// A file of the audit log, as its readers and its next writer meet it.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "gateway/audit/log.h"
#include "gateway/audit/show.h"
#include "gateway/audit/verify.h"

namespace {

class FixedClock final : public base::Clock {
 public:
  base::WallTime Now() const override {
    return base::WallTime(std::chrono::milliseconds(1772357400125));
  }
  base::MonotonicTime Monotonic() const override { return {}; }
};

void Require(bool holds) {
  if (!holds) std::abort();
}

const std::string& Directory() {
  static const std::string kDirectory = [] {
    std::string pattern = "/dev/shm/audit-fuzz-XXXXXX";
    Require(mkdtemp(pattern.data()) != nullptr);
    return pattern;
  }();
  return kDirectory;
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
  const FixedClock clock;
  auto log = audit::Log::Open(base::OpenDirectory(Directory()).value(), "h", clock);
  Require(log.has_value());
  Require(log->Append({R"({"event":"service.stopped","version":"1"})"}).durable == 1);
  const audit::Report after = audit::Verify(Directory());
  // Nothing is lost, and whatever was damaged stays so.
  Require(after.records > before.records);
  Require(before.verdict != audit::Verdict::kDamaged || after.verdict == audit::Verdict::kDamaged);
  return 0;
}
