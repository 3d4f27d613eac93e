// Crowd: many descriptors, few of them ready at a time, as one entry of a Loop. A Loop pays for
// each of its descriptors in every round; a Crowd (epoll(7)) pays only for the ready ones.
#ifndef ONEOFF_BASE_CROWD_H_
#define ONEOFF_BASE_CROWD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

//
// A Crowd only watches for input. It calls at most 64 callbacks in one round of the Loop, so that
// the Loop's own watches get their turn; the other ready descriptors follow in the next round.
class Crowd {
 public:
  // May call Watch() and Unwatch(), also for its own descriptor. It is called again in each round
  // for as long as the descriptor is ready (level-triggered): it must read, or unwatch.
  using Callback = std::function<void()>;

  // `loop` must outlive the Crowd. kUnavailable if this process or the host has no descriptor left.
  static Result<std::unique_ptr<Crowd>> Create(Loop& loop);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Calls `callback` when `fd` is readable or its peer has closed. The caller owns the descriptor
  // and must remove it with Unwatch() before closing it. Replaces an earlier watch of `fd`; on
  // failure `fd` is not watched. kDenied for a regular file or a directory (epoll_ctl(2), EPERM),
  // kUnavailable at the user's limit of watches (ENOSPC).
  Result<void> Watch(int fd, Callback callback);
  // Does nothing if `fd` is not watched.
  void Unwatch(int fd);

 private:
  struct Entry {
    // Distinguishes a new watch of a reused descriptor from the old one.
    std::uint32_t generation = 0;
    std::shared_ptr<Callback> callback;  // shared with OnReady while it runs: it may unwatch itself
  };

  Crowd(Loop& loop, UniqueFd epoll);
  void OnReady();

  Loop& loop_;
  UniqueFd epoll_;
  std::map<int, Entry> entries_;
  std::uint32_t next_ = 1;
};

}  // namespace base

#endif  // ONEOFF_BASE_CROWD_H_
