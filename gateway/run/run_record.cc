#include "gateway/run/run_record.h"

#include <array>

namespace run {

std::string_view NameOf(How how) {
  constexpr std::array<std::string_view, 12> kNames = {
      "exited",          "signalled",      "not-started",   "time-limit",
      "idle-limit",      "client-left",    "line-lost",     "stopped",
      "supervisor-lost", "host-restarted", "cannot-record", "recording-full"};
  return kNames.at(static_cast<std::size_t>(how));
}

}  // namespace run
