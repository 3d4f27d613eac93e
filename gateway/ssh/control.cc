#include "gateway/ssh/control.h"

#include <utility>

#include "gateway/wire/transport.h"

namespace ssh {
namespace {

// Data moves far more often than an idle limit needs to know, and each message wakes the
// supervisor.
constexpr std::chrono::milliseconds kActiveAtMostEvery{1000};
constexpr int kStatusLost = 70;
constexpr std::uint64_t kConfirmEach = 512UL * 1024;  // bytes

}  // namespace

Control::Control(base::Loop& loop, const base::Clock& clock, base::UniqueFd socket)
    : loop_(loop), clock_(clock), socket_(std::move(socket)) {
  (void)base::SetNonBlocking(socket_.get());
  loop_.Watch(socket_.get(), POLLIN, [this](short) { OnReadable(); });
}

Control::~Control() {
  if (socket_) loop_.Unwatch(socket_.get());
}

template <class Message>
void Control::Send(const Message& message) {
  if (socket_) (void)wire::Send(socket_.get(), message);  // OnReadable notices a lost peer
}

void Control::Resize(const wire::WindowSize& size) { Send(wire::Resize{size}); }
void Control::Signal(const std::string& name) { Send(wire::SignalRequest{name}); }
// Kept until it is sent: without its end of file, a command that reads stdin would wait for ever.
void Control::CloseStream(wire::Stream stream) {
  unsent_.push_back(stream);
  Settle();
}

void Control::Settle() {
  while (socket_ && !unsent_.empty()) {
    const auto sent = wire::Send(socket_.get(), wire::CloseStream{unsent_.front()});
    const bool full = !sent && sent.error().code() == base::Code::kUnavailable;
    loop_.Rearm(socket_.get(), static_cast<short>(POLLIN | (full ? POLLOUT : 0)));
    if (full) return;
    unsent_.erase(unsent_.begin());
  }
}

void Control::ClientGone(wire::Departure how) { Send(wire::ClientGone{how}); }

void Control::Confirm(std::uint64_t out, std::uint64_t err) {
  const std::uint64_t news = out + err - confirmed_.out - confirmed_.err;
  const base::MonotonicTime now = clock_.Monotonic();
  const bool is_due = !told_confirmed_ || now - *told_confirmed_ >= kActiveAtMostEvery;
  if (news < kConfirmEach && (news == 0 || !is_due)) return;
  const wire::Confirmed confirmed{out, err};
  if (!socket_ || !wire::Send(socket_.get(), confirmed)) return;
  confirmed_ = confirmed;
  told_confirmed_ = now;
}

void Control::Active() {
  const base::MonotonicTime now = clock_.Monotonic();
  if (told_active_ && now - *told_active_ < kActiveAtMostEvery) return;
  told_active_ = now;
  Send(wire::Active{});
}

void Control::OnReadable() {
  auto received = wire::Receive<wire::FromSupervisor>(socket_.get(), base::Wait::kNo);
  if (received) {
    ended_ = std::get<wire::Ended>(std::move(received->message));
  } else if (received.error().code() == base::Code::kUnavailable) {
    return;
  } else {
    ended_ = wire::Ended{kStatusLost, "oneoff: the run was lost: its supervisor ended"};
  }
  loop_.Unwatch(socket_.get());
  // After an Ended message the socket stays open. lost() tells the two endings apart by it.
  if (!received) socket_.Reset();
}

}  // namespace ssh
