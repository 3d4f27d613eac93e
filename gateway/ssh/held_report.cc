#include "gateway/ssh/held_report.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace ssh {
namespace {

constexpr std::chrono::milliseconds kLessAfter{1'000};

}  // namespace

HeldReport::HeldReport(base::Loop& loop, base::UniqueFd socket,
                       std::function<void(wire::HeldBound)> on_bound)
    : loop_(loop), socket_(std::move(socket)), on_bound_(std::move(on_bound)) {
  if (socket_) loop_.Watch(socket_.get(), POLLIN, [this](short) { OnReadable(); });
}

HeldReport::~HeldReport() {
  loop_.Cancel(less_);
  Close();
}

void HeldReport::Close() {
  if (socket_) loop_.Unwatch(socket_.get());
  socket_.Reset();
}

void HeldReport::Report(std::size_t bytes) {
  now_ = static_cast<wire::HeldBytes>((bytes + kStep - 1) / kStep * kStep);
  // Growth counts at once, because the front bounds it. A decrease can wait: at worst the front
  // counts too much for a second.
  if (now_ > told_) return Tell(now_);
  if (now_ == told_ || less_ != 0) return;
  less_ = loop_.After(kLessAfter, [this] {
    less_ = 0;
    if (now_ != told_) Tell(now_);
  });
}

void HeldReport::Tell(wire::HeldBytes bytes) {
  if (!socket_) return;
  // told_ changes only if the packet left, so the next call of Report tries again.
  if (send(socket_.get(), &bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof bytes) {
    told_ = bytes;
  }
}

void HeldReport::OnReadable() {
  wire::HeldBound bound{};
  const ssize_t n = recv(socket_.get(), &bound, sizeof bound, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  Close();  // the gateway process is gone, or has said all that it says
  if (n == sizeof bound) on_bound_(bound);
}

}  // namespace ssh
