// Loop: waits for descriptors and timers (poll(2)) and calls their callbacks. One per process,
// without threads.
//
// Run() calls one callback at a time. A callback may add and remove watches and timers, also its
// own.
#ifndef ONEOFF_BASE_LOOP_H_
#define ONEOFF_BASE_LOOP_H_

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/clock.h"

namespace base {

class Loop {
 public:
  // `ready` is what poll(2) reported: POLLIN, POLLOUT, POLLHUP, POLLERR.
  using Callback = std::function<void(short ready)>;

  explicit Loop(const Clock& clock) : clock_(clock) {}
  ~Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Calls `callback` when `fd` is ready for `events` (POLLIN | POLLOUT). With no events the loop
  // ignores the descriptor, even a hang-up. The caller owns the descriptor and must remove it with
  // Unwatch() before closing it.
  void Watch(int fd, short events, Callback callback);
  // Changes the events of a watched descriptor. Does nothing if it is not watched.
  void Rearm(int fd, short events);
  void Unwatch(int fd);

  using TimerId = std::uint64_t;  // never 0
  TimerId After(std::chrono::milliseconds delay, std::function<void()> callback);
  // Does nothing if the timer has run or was cancelled.
  void Cancel(TimerId id);

  // Called after each round of callbacks, before the loop waits again: for work that must not run
  // inside a callback.
  void OnIdle(std::function<void()> callback) { idle_ = std::move(callback); }

  // Runs until Stop(), or until there is no watch and no timer.
  void Run();
  void Stop() { stopped_ = true; }

 private:
  struct Entry {
    short events = 0;
    // Distinguishes a new watch of a reused descriptor from the old one.
    std::uint64_t generation = 0;
    std::shared_ptr<Callback>
        callback;  // shared with Dispatch while it runs: a callback may unwatch itself
  };
  struct Timer {
    TimerId id;
    std::function<void()> callback;
  };

  void Round();
  int Timeout() const;
  void RunTimers();
  void Dispatch(const struct pollfd& ready, std::uint64_t generation);

  const Clock& clock_;
  std::map<int, Entry> watches_;
  std::multimap<MonotonicTime, Timer> timers_;
  std::function<void()> idle_;
  std::uint64_t next_ = 1;
  bool stopped_ = false;
};

}  // namespace base

#endif  // ONEOFF_BASE_LOOP_H_
