// Liveness: whether there still is a client at the other end of an authenticated connection.
//
// Many libraries (Net::SSH, phpseclib, libssh2's bindings) read from a connection only while they
// run a command on it. Between two commands their silence therefore has a bound of its own.
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
    std::chrono::milliseconds lost_after;       // while something runs
    std::chrono::milliseconds idle_lost_after;  // while nothing does; lost_after if that is longer
  };

  // What is asked and told, from the loop.
  struct Calls {
    std::function<bool()> busy;  // whether something runs
    // Nothing has come for the bound (to within a keepalive). Called once.
    std::function<void()> lost;
  };

  // Counts by `packets`, which libssh keeps for `session`.
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
  std::uint64_t seen_ = 0;
  base::MonotonicTime heard_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_LIVENESS_H_
