#include "gateway/run/run_record.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace run {

std::string_view NameOf(How how) {
  constexpr std::array<std::string_view, 12> kNames = {
      "exited",          "signalled",      "not-started",   "time-limit",
      "idle-limit",      "client-left",    "line-lost",     "stopped",
      "supervisor-lost", "host-restarted", "cannot-record", "recording-full"};
  return kNames.at(static_cast<std::size_t>(how));
}

std::string LabelOf(const RunRecord& record) {
  return fmt::format("{}+{} run {}", record.app, record.release, record.id);
}

std::string DescribeEnding(const Ending& ending) {
  if (ending.how == How::kExited) return fmt::format("exited with {}", ending.status);
  if (ending.how == How::kSignalled) return fmt::format("killed by signal {}", ending.signal);
  if (ending.by) return fmt::format("stopped by {}", base::Escape(*ending.by, 200));
  return std::string(NameOf(ending.how));
}

}  // namespace run
