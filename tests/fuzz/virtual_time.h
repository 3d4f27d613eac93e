// VirtualTime: makes poll(2) never wait. Where it would, the other side has a turn; where that has
// nothing to do, either, the clock jumps to the end of the wait. So both sides of a connection run
// in one thread, in the same order each time.
//
// The linker sends every poll here (--wrap=poll). Without an installed VirtualTime it is the real
// one.
#ifndef ONEOFF_TESTS_FUZZ_VIRTUAL_TIME_H_
#define ONEOFF_TESTS_FUZZ_VIRTUAL_TIME_H_

#include <poll.h>

#include <chrono>
#include <functional>
#include <utility>

#include "base/clock.h"

namespace fuzz {

class VirtualTime final : public base::Clock {
 public:
  // `other_side` does one thing, and says whether it may have more to do. It may let time pass.
  explicit VirtualTime(std::function<bool()> other_side);
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;
  ~VirtualTime() override;

  base::WallTime Now() const override {
    return base::WallTime(std::chrono::milliseconds(1'772'357'400'125)) + passed_;
  }
  base::MonotonicTime Monotonic() const override { return base::MonotonicTime(passed_); }
  void Pass(std::chrono::milliseconds time) { passed_ += time; }

  // In place of poll(2).
  int Poll(pollfd* fds, nfds_t count, int timeout);

 private:
  std::function<bool()> other_side_;
  std::chrono::milliseconds passed_{0};
  bool in_turn_ = false;
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_VIRTUAL_TIME_H_
