// Loop: waits for descriptors and timers, and calls whoever asked. One a process; no threads.
//
// Callbacks run one at a time, from Run(). A callback may add and remove watches and timers, its
// own too.
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

  // Calls `callback` when `fd` is ready for `events` (POLLIN | POLLOUT). With no events the
  // descriptor is not looked at, not even for a hang-up. The descriptor stays the caller's and must
  // be removed before it is closed.
  void Watch(int fd, short events, Callback callback);
  // Changes what a watched descriptor is watched for; a descriptor that is not watched is left
  // alone.
  void Rearm(int fd, short events);
  void Unwatch(int fd);

  using TimerId = std::uint64_t;  // never 0
  TimerId After(std::chrono::milliseconds delay, std::function<void()> callback);
  // Nothing, if it has run or was cancelled.
  void Cancel(TimerId id);

  // After each round of callbacks, before the loop waits again: for work that must not be done
  // inside one.
  void OnIdle(std::function<void()> callback) { idle_ = std::move(callback); }

  // Until Stop(), or until nothing is left to wait for.
  void Run();
  void Stop() { stopped_ = true; }

 private:
  struct Entry {
    short events = 0;
    std::uint64_t generation = 0;  // tells a new watch of a reused descriptor from the old one
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
