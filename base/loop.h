// Loop: waits for descriptors and timers (poll(2)) and calls their callbacks. One per process,
// without threads.
//
// Run() calls one callback at a time. A callback may add and remove watches and timers, also its
// own. It must not block, and must not throw: an exception leaves Run(). Each round costs time for
// every watched descriptor; for many of them see base::Crowd.
//
//   base::Loop loop(clock);
//   loop.Watch(socket.get(), POLLIN, [&](short) { ... if (done) loop.Stop(); });
//   const auto timer = loop.After(10s, [&] { loop.Stop(); });
//   loop.Run();
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
  // `ready` is what poll(2) reported: POLLIN, POLLOUT, POLLHUP, POLLERR; POLLNVAL in each round for
  // a descriptor that was closed without Unwatch(). It is called again in each round for as long as
  // the descriptor is ready.
  using Callback = std::function<void(short ready)>;

  // `clock` must outlive the Loop.
  explicit Loop(const Clock& clock) : clock_(clock) {}
  ~Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Calls `callback` when `fd` is ready for `events` (POLLIN | POLLOUT). With no events the loop
  // ignores the descriptor, even a hang-up. The caller owns the descriptor and must remove it with
  // Unwatch() before closing it. Replaces an earlier watch of `fd`.
  void Watch(int fd, short events, Callback callback);
  // Changes the events of a watched descriptor. Does nothing if it is not watched.
  void Rearm(int fd, short events);
  // Does nothing if the descriptor is not watched.
  void Unwatch(int fd);

  using TimerId = std::uint64_t;  // never 0, and never used again
  // Calls `callback` once, not before `delay` has passed. Without a positive delay it is called in
  // this round or the next. Timers of the same time run in the order in which they were added.
  TimerId After(std::chrono::milliseconds delay, std::function<void()> callback);
  // Does nothing if the timer has run or was cancelled.
  void Cancel(TimerId id);

  // Called before the loop waits, at first and after each round of callbacks: for work that must
  // not run inside a callback. Replaces an earlier one.
  void OnIdle(std::function<void()> callback) { idle_ = std::move(callback); }

  // Runs until Stop(), or until there is no timer and no watch with events. A loop runs once: later
  // calls return at once. Stop() ends the round after the callback that called it.
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
