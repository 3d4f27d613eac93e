// HeldReport: tells the front how many bytes of its client's the session holds. The front sums them
// by person and by source, and may answer that this session has to end
// (gateway/wire/session_process.h).
#ifndef ONEOFF_GATEWAY_SSH_HELD_REPORT_H_
#define ONEOFF_GATEWAY_SSH_HELD_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/wire/session_process.h"

namespace ssh {

// An invalid socket is allowed: then Report does nothing, and no bound across connections applies.
class HeldReport {
 public:
  // What a session holds changes with every packet. It reports more at once, in steps of so many
  // bytes, rounded up, and less once a second. A session that holds nothing is not woken.
  static constexpr std::size_t kStep = 256UL << 10;

  // `socket`: SOCK_SEQPACKET, to the front. `on_bound` is called when this session has to end: by
  // the loop, at most once. After that, and after the front has ended, nothing is reported.
  HeldReport(base::Loop& loop, base::UniqueFd socket,
             std::function<void(wire::HeldBound)> on_bound);
  HeldReport(const HeldReport&) = delete;
  HeldReport& operator=(const HeldReport&) = delete;
  ~HeldReport();

  // The session holds `bytes` now. Never blocks: a report for which the socket has no room is sent
  // with the next one.
  void Report(std::size_t bytes);

 private:
  void Tell(wire::HeldBytes bytes);
  void OnReadable();
  void Close();

  base::Loop& loop_;
  base::UniqueFd socket_;
  std::function<void(wire::HeldBound)> on_bound_;
  wire::HeldBytes told_ = 0;
  wire::HeldBytes now_ = 0;
  base::Loop::TimerId less_ = 0;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_HELD_REPORT_H_
