// Liveness: detects when the client of an authenticated connection is gone.
//
// Many libraries (Net::SSH, phpseclib, libssh2's bindings) read from a connection only while they
// run a command on it. So an idle connection has a longer bound of its own.
//
// After `keepalive` of silence it sends a global request that wants a reply (keepalive@openssh.com,
// OpenSSH's ClientAliveInterval). Any packet counts as a sign of life, not only that reply. The
// kernel's keepalive (TcpConnection) finds hosts that are gone; this class also finds a client
// process that no longer reads, and one behind a middlebox that acknowledges for it.
#ifndef ONEOFF_GATEWAY_SSH_LIVENESS_H_
#define ONEOFF_GATEWAY_SSH_LIVENESS_H_

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/loop.h"
#include "gateway/ssh/libssh_internal.h"

namespace ssh {

class Liveness {
 public:
  struct Bounds {
    std::chrono::milliseconds keepalive;
    std::chrono::milliseconds lost_after;       // while a run goes on
    std::chrono::milliseconds idle_lost_after;  // otherwise; lost_after if that is longer
  };

  // The loop calls these.
  struct Calls {
    std::function<bool()> busy;  // whether a run goes on
    // No packet has come for the bound (to within one keepalive). Called once.
    std::function<void()> lost;
  };

  // Counts with `packets`, which libssh keeps for `session`. All references outlive this object.
  // The first look is one `keepalive` after this. Sending may write to the client, which never
  // blocks, because the session is non-blocking.
  Liveness(base::Loop& loop, const base::Clock& clock, ssh_session session,
           const ssh_counter_struct& packets, Bounds bounds, Calls calls);
  Liveness(const Liveness&) = delete;
  Liveness& operator=(const Liveness&) = delete;
  ~Liveness() { loop_.Cancel(timer_); }

 private:
  void Arm(std::chrono::milliseconds delay);
  void Look();
  void Ask();

  base::Loop& loop_;
  const base::Clock& clock_;
  ssh_session session_;
  const ssh_counter_struct& packets_;
  Bounds bounds_;
  Calls calls_;
  base::Loop::TimerId timer_ = 0;
  // Packets received at the last look, and when that number last changed.
  std::uint64_t seen_ = 0;
  base::MonotonicTime heard_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_LIVENESS_H_
