// The part of Sessions that hands the sessions over when the gateway executes itself anew.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "gateway/front/sessions.h"

namespace front {

std::vector<HeldSession> Sessions::Held() const {
  std::vector<HeldSession> held;
  for (const auto& [pid, entry] : sessions_) {
    held.push_back({.pid = pid,
                    .host = entry.address.host,
                    .port = entry.address.port,
                    .person = entry.slot.person(),
                    .logged_in = entry.logged_in,
                    .blameless = entry.slot.blameless(),
                    .failed = entry.failed,
                    .refused = entry.refused,
                    .overdue = entry.overdue,
                    .turned_out = entry.turned_out,
                    .guesses = entry.guesses,
                    .since = entry.since.time_since_epoch().count(),
                    .words = entry.words.get(),
                    .client = entry.client.get(),
                    .before = entry.before,
                    .number = entry.number,
                    .held = entry.held.get(),
                    .held_bytes = entry.slot.held()});
  }
  return held;
}

// A session that cannot be restored goes on; it is only not counted.
void Sessions::Resume(const std::vector<HeldSession>& held) {
  for (const HeldSession& one : held) {
    const auto pid = static_cast<pid_t>(one.pid);
    // It is a child that is not reaped: the number is its own.
    base::UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    base::UniqueFd words(one.words);
    base::UniqueFd client(one.client);
    base::UniqueFd reports(one.held);
    const auto ip = base::IpAddress::Parse(one.host);
    if (!pidfd || !ip) continue;
    ConnectionLimiter::Slot slot = deps_.limiter.Reenter(
        *ip, one.blameless, one.logged_in ? std::optional(one.person) : std::nullopt);
    if (one.turned_out) {
      slot.Vacate();
      ++leaving_;
    } else {
      (void)slot.Hold(one.held_bytes);
    }
    // Numbers order sessions by age, also across an exec.
    next_number_ = std::max(next_number_, one.number + 1);
    Add(pid, Entry{.process = base::Child(pid, std::move(pidfd)),
                   .address = {one.host, one.port},
                   .slot = std::move(slot),
                   .words = std::move(words),
                   .since = base::MonotonicTime(std::chrono::milliseconds(one.since)),
                   .failed = one.failed,
                   .guesses = one.guesses,
                   .logged_in = one.logged_in,
                   .refused = one.refused,
                   .overdue = one.overdue,
                   .turned_out = one.turned_out,
                   .client = std::move(client),
                   .before = one.before,
                   .number = one.number,
                   .held = std::move(reports)});
  }
  // Arms the sweep, and kills at once what became overdue during the exec.
  EndOverdue();
}

}  // namespace front
