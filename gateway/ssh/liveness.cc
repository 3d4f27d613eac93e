#include "gateway/ssh/liveness.h"

#include <algorithm>
#include <utility>

namespace ssh {

Liveness::Liveness(base::Loop& loop, const base::Clock& clock, ssh_session session,
                   const ssh_counter_struct& packets, Bounds bounds, Calls calls)
    : loop_(loop),
      clock_(clock),
      session_(session),
      packets_(packets),
      bounds_(bounds),
      calls_(std::move(calls)),
      seen_(packets.in_packets),
      heard_(clock.Monotonic()) {
  Arm(bounds_.keepalive);
}

void Liveness::Arm(std::chrono::milliseconds delay) {
  timer_ = loop_.After(delay, [this] { Look(); });
}

void Liveness::Look() {
  const base::MonotonicTime now = clock_.Monotonic();
  // libssh 0.10 has no callback for the answer to a keepalive, so the count of received packets
  // stands for it. Any packet shows that the client lives.
  if (std::exchange(seen_, packets_.in_packets) != packets_.in_packets) {
    heard_ = now;
    return Arm(bounds_.keepalive);
  }
  const auto silent = now - heard_;
  const auto bound =
      // Most client libraries answer nothing between two commands. A connection without a command
      // gets more time, because its loss hurts no run.
      calls_.busy() ? bounds_.lost_after : std::max(bounds_.lost_after, bounds_.idle_lost_after);
  if (silent >= bound) return calls_.lost();
  Ask();
  Arm(std::min(bounds_.keepalive, bound - silent));
}

void Liveness::Ask() {
  // ssh_send_keepalive sends no packet if it finds its previous request answered: that call only
  // notes the answer. So a second call follows.
  const std::uint64_t sent = packets_.out_packets;
  for (int i = 0; i < 2 && packets_.out_packets == sent; ++i) ssh_send_keepalive(session_);
}

}  // namespace ssh
