#include "base/crowd.h"

#include <sys/epoll.h>

#include <array>
#include <utility>

namespace base {
namespace {

constexpr int kAtOnce = 64;  // callbacks per round, so that the loop's other watches get their turn

}  // namespace

Result<std::unique_ptr<Crowd>> Crowd::Create(Loop& loop) {
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return FailSystem("epoll_create1");
  return std::unique_ptr<Crowd>(new Crowd(loop, std::move(epoll)));
}

Crowd::Crowd(Loop& loop, UniqueFd epoll) : loop_(loop), epoll_(std::move(epoll)) {
  loop_.Watch(epoll_.get(), POLLIN, [this](short) { OnReady(); });
}

Crowd::~Crowd() { loop_.Unwatch(epoll_.get()); }

Result<void> Crowd::Watch(int fd, Callback callback) {
  Unwatch(fd);
  const std::uint32_t generation = next_++;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = std::uint64_t{generation} << 32U | static_cast<std::uint32_t>(fd);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return FailSystem("epoll_ctl");
  entries_[fd] = Entry{generation, std::make_shared<Callback>(std::move(callback))};
  return {};
}

void Crowd::Unwatch(int fd) {
  // Closing the descriptor would not remove it from epoll if another process holds a copy
  // (epoll(7)).
  if (entries_.erase(fd) > 0) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Crowd::OnReady() {
  std::array<epoll_event, kAtOnce> ready{};
  const int n = epoll_wait(epoll_.get(), ready.data(), kAtOnce, 0);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t what = ready.at(static_cast<std::size_t>(i)).data.u64;
    const auto found = entries_.find(static_cast<int>(what & 0xFFFFFFFFU));
    // An earlier callback of this round may have closed the descriptor, and its number may be in
    // use again.
    if (found == entries_.end() || found->second.generation != what >> 32U) continue;
    // A second owner, because the callback may unwatch its own descriptor while it runs.
    const std::shared_ptr<Callback> callback = found->second.callback;
    (*callback)();
  }
}

}  // namespace base
