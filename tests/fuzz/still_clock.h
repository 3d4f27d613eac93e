// StillClock: it is always the same moment.
#ifndef ONEOFF_TESTS_FUZZ_STILL_CLOCK_H_
#define ONEOFF_TESTS_FUZZ_STILL_CLOCK_H_

#include <chrono>

#include "base/clock.h"

namespace fuzz {

class StillClock final : public base::Clock {
 public:
  base::WallTime Now() const override {
    return base::WallTime(std::chrono::milliseconds(1'772'357'400'125));
  }
  base::MonotonicTime Monotonic() const override { return {}; }
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_STILL_CLOCK_H_
