#include "gateway/audit/event.h"

#include <array>

namespace audit {
namespace {

constexpr std::array<std::string_view, 11> kHows = {
    "exited",    "signalled",       "out_of_memory",  "limit",       "stopped",      "hangup",
    "lost_line", "supervisor_lost", "host_restarted", "not_started", "cannot_record"};

}  // namespace

std::string_view Name(const Event& event) { return kEventNames.at(event.index()); }

std::string_view Name(How how) { return kHows.at(static_cast<std::size_t>(how)); }

}  // namespace audit
