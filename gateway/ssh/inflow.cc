#include "gateway/ssh/inflow.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ssh {

std::uint32_t Inflow::Offer(std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  // libssh 0.10 accepts data beyond the window that it has granted, up to 256 MB. So the bound is
  // checked here.
  if (size > most_held_) overrun_ = true;
  // Bytes without a reader count as taken. Otherwise they would fill libssh's buffer, and a client
  // that sends all its input before it reads would wait for ever.
  if (overrun_ || sink_ == Sink::kGone) {
    held_ = 0;
    return size;
  }
  std::size_t taken = 0;
  if (sink_ == Sink::kOpen && rest_.empty()) taken = Write(bytes);  // else bytes overtake rest_
  held_ = sink_ == Sink::kGone ? 0 : size - static_cast<std::uint32_t>(taken);
  return size - held_;
}

void Inflow::Attach(base::UniqueFd fd) {
  fd_ = std::move(fd);
  sink_ = Sink::kOpen;
  loop_.Watch(fd_.get(), 0, [](short) {});  // waking the loop is enough: OnIdle calls Settle
}

void Inflow::Discard() {
  Close();
  sink_ = Sink::kGone;
  rest_.clear();
  position_ = 0;
}

void Inflow::Close() {
  if (!fd_) return;
  loop_.Unwatch(fd_.get());
  fd_.Reset();
}

// Returns how many bytes it wrote. If the reader is gone, the sink becomes kGone.
std::size_t Inflow::Write(std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd_.get(), bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    // EPIPE: the pipe has no reader any more. The session ignores SIGPIPE (signal(7)).
    if (n < 0 && errno != EAGAIN) Discard();
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  moved_ += written;
  return written;
}

// Takes all bytes that libssh holds, in one piece.
bool Inflow::TakeHeld() {
  if (held_ == 0) return false;
  rest_.resize(held_);
  position_ = 0;
  held_ = 0;
  const int n = ssh_channel_read_nonblocking(channel_, rest_.data(),
                                             static_cast<std::uint32_t>(rest_.size()), 0);
  rest_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return !rest_.empty();
}

void Inflow::Settle() {
  // Loops, because reading from libssh may widen the window and so bring further bytes.
  while (sink_ == Sink::kGone && TakeHeld()) rest_.clear();
  while (sink_ == Sink::kOpen && (!rest_.empty() || TakeHeld())) {
    position_ += Write(std::string_view(rest_).substr(position_));
    if (position_ < rest_.size()) break;
    rest_.clear();
    position_ = 0;
  }
  if (rest_.empty()) std::string().swap(rest_);  // frees the memory, up to a megabyte
  if (fd_) {
    const bool waits = !rest_.empty() || held_ > 0;
    // POLLOUT only while bytes wait: an empty pipe is always writable, and poll(2) would return at
    // once.
    loop_.Rearm(fd_.get(), waits ? POLLOUT : 0);
  }
}

}  // namespace ssh
