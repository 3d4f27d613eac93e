// Crowd: many descriptors, of which few are ready at a time, as one entry of a Loop. What a Loop
// looks at costs it something in every round; what a Crowd looks at costs only when it is ready.
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

class Crowd {
 public:
  using Callback = std::function<void()>;

  // `loop` outlives it.
  static Result<std::unique_ptr<Crowd>> Create(Loop& loop);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Calls `callback` when there is something to read from `fd`, or its other end is closed. The
  // descriptor stays the caller's and must be removed before it is closed.
  Result<void> Watch(int fd, Callback callback);
  void Unwatch(int fd);

 private:
  struct Entry {
    std::uint32_t generation = 0;  // tells a new watch of a reused descriptor from the old one
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
