#include "base/loop.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

namespace base {
namespace {

constexpr int kShortagePause = 50;  // ms

}  // namespace

void Loop::Watch(int fd, short events, Callback callback) {
  watches_[fd] = Entry{events, next_++, std::make_shared<Callback>(std::move(callback))};
}

void Loop::Rearm(int fd, short events) {
  const auto found = watches_.find(fd);
  if (found != watches_.end()) found->second.events = events;
}

void Loop::Unwatch(int fd) { watches_.erase(fd); }

Loop::TimerId Loop::After(std::chrono::milliseconds delay, std::function<void()> callback) {
  const TimerId id = next_++;
  timers_.emplace(clock_.Monotonic() + delay, Timer{id, std::move(callback)});
  return id;
}

void Loop::Cancel(TimerId id) {
  const auto found = std::find_if(timers_.begin(), timers_.end(),
                                  [id](const auto& entry) { return entry.second.id == id; });
  if (found != timers_.end()) timers_.erase(found);
}

int Loop::Timeout() const {
  if (timers_.empty()) return -1;
  const auto left = (timers_.begin()->first - clock_.Monotonic()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
}

void Loop::RunTimers() {
  // Taken once: a timer that a callback sets for now waits for the next round, so descriptors get
  // their turn.
  const MonotonicTime now = clock_.Monotonic();
  while (!timers_.empty() && timers_.begin()->first <= now && !stopped_) {
    // Taken out first, because the callback may set or cancel timers.
    const auto callback = std::move(timers_.begin()->second.callback);
    timers_.erase(timers_.begin());
    callback();
  }
}

void Loop::Dispatch(const pollfd& ready, std::uint64_t generation) {
  const auto found = watches_.find(ready.fd);
  // An earlier callback of this round may have closed the descriptor, and its number may be in use
  // again.
  if (found == watches_.end() || found->second.generation != generation) return;
  // A second owner, because the callback may unwatch its own descriptor while it runs.
  const std::shared_ptr<Callback> callback = found->second.callback;
  (*callback)(ready.revents);
}

void Loop::Round() {
  std::vector<pollfd> polled;
  std::vector<std::uint64_t> generations;
  for (const auto& [fd, entry] : watches_) {
    // poll(2) reports POLLHUP and POLLERR even if no event is asked for. A watch that sleeps must
    // not wake the loop.
    if (entry.events == 0) continue;
    polled.push_back({fd, entry.events, 0});
    generations.push_back(entry.generation);
  }
  if (polled.empty() && timers_.empty()) {
    Stop();
    return;
  }
  const int n = poll(polled.data(), polled.size(), Timeout());
  // Out of memory (poll(2), ENOMEM): waits and tries again.
  if (n < 0 && errno != EINTR) poll(nullptr, 0, kShortagePause);
  for (std::size_t i = 0; n > 0 && i < polled.size() && !stopped_; ++i) {
    if (polled[i].revents != 0) Dispatch(polled[i], generations[i]);
  }
  RunTimers();
}

void Loop::Run() {
  while (!stopped_) {
    if (idle_) idle_();
    if (!stopped_) Round();
  }
}

}  // namespace base
