// Liveness: whether there still is a client at the other end of an authenticated connection.
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
    std::chrono::milliseconds lost_after;
  };

  // Counts by `packets`, which libssh keeps for `session`. `lost` is called once, from the loop,
  // when nothing has come for lost_after (to within a keepalive).
  Liveness(base::Loop& loop, const base::Clock& clock, ssh_session session,
           const ssh_counter_struct& packets, Bounds bounds, std::function<void()> lost);
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
  std::function<void()> lost_;
  base::Loop::TimerId timer_ = 0;
  std::uint64_t seen_ = 0;
  base::MonotonicTime heard_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_LIVENESS_H_
