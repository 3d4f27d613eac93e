// Clock: the source of time. Code that needs the time takes a Clock, so that a test can pass its
// own.
#ifndef ONEOFF_BASE_CLOCK_H_
#define ONEOFF_BASE_CLOCK_H_

#include <chrono>
#include <string>

namespace base {

// Counted from 1970, in UTC, in milliseconds. It can jump when the host's clock is set.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
// Counted from an unspecified start, which a reboot changes (CLOCK_MONOTONIC in clock_gettime(2)):
// only differences have a meaning, and only within one boot. It stands still while the host sleeps.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Now() const = 0;             // UTC
  virtual MonotonicTime Monotonic() const = 0;  // for durations and timers
};

class SystemClock final : public Clock {
 public:
  WallTime Now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
  MonotonicTime Monotonic() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now());
  }
};

// RFC 3339 in UTC with milliseconds: "2026-03-01T09:30:00.125Z". 24 bytes for the years to 9999.
// `time` must not be before 1970.
std::string FormatUtc(WallTime time);
// The UTC day of `time`: "2026-03-01".
std::string FormatUtcDay(WallTime time);

}  // namespace base

#endif  // ONEOFF_BASE_CLOCK_H_
