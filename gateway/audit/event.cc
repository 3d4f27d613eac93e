#include "gateway/audit/event.h"

#include <array>

namespace audit {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Event>> kEvents = {
    "run.started",
    "run.ended",
    "run.denied",
    "authenticated",
    "authentications.failed",
    "connections.refused",
    "configuration.loaded",
    "configuration.refused",
    "service.started",
    "service.stopped",
    "listed",
    "explained",
    "recording.progress",
    "recording.ended",
    "recording.paused",
    "recording.resumed",
    "recording.pruned",
    "recovered",
    "lost",
    "checkpoint",
    "key.rotated",
    "copies.lost",
    "run.watched"};

constexpr std::array<std::string_view, 11> kHows = {
    "exited",    "signalled",       "out_of_memory",  "limit",       "stopped",      "hangup",
    "lost_line", "supervisor_lost", "host_restarted", "not_started", "cannot_record"};

}  // namespace

std::string_view Name(const Event& event) { return kEvents.at(event.index()); }

std::string_view Name(How how) { return kHows.at(static_cast<std::size_t>(how)); }

}  // namespace audit
