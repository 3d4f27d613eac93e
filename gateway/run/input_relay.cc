#include "gateway/run/input_relay.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"

namespace run {
namespace {

constexpr record::Stream kStdin = record::Stream::kStdin;
constexpr std::size_t kChunk = 64UL * 1024;     // bytes that are copied in one step
constexpr std::size_t kAtOnce = 1024UL * 1024;  // bytes that are spliced in one step
constexpr int kRounds = 16;                     // steps before the other streams get their turn

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

std::size_t BytesIn(int pipe) {
  int bytes = 0;
  return ioctl(pipe, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace

InputRelay::InputRelay(base::Loop& loop, base::UniqueFd source, base::UniqueFd sink,
                       record::Writer* recording, std::function<void()> on_bytes)
    : loop_(loop),
      source_(std::move(source)),
      sink_(std::move(sink)),
      recording_(recording),
      on_bytes_(std::move(on_bytes)) {
  (void)base::SetNonBlocking(source_.get());
  (void)base::SetNonBlocking(sink_.get());
  loop_.Watch(source_.get(), POLLIN, [this](short) { Move(); });
  loop_.Watch(sink_.get(), 0, [this](short) {
    sink_full_ = false;
    Move();
  });
}

InputRelay::~InputRelay() {
  if (source_) loop_.Unwatch(source_.get());
  CloseSink();
}

// The relay delivers no byte that the recording wants and cannot take.
bool InputRelay::IsHeldUp() const {
  return recording_ != nullptr && recording_->blocked() &&
         (!rest_.empty() || recording_->Wants(kStdin) > 0);
}

void InputRelay::Move() {
  for (int round = 0; round < kRounds && source_; ++round) {
    if (!FlushRest() || IsHeldUp()) break;
    const bool wanted = recording_ != nullptr && recording_->Wants(kStdin) > 0;
    if ((wanted ? Copy() : Splice()) == Moved::kNothing) break;
  }
  Rearm();
}

InputRelay::Moved InputRelay::Copy() {
  // Not on the stack: -fstack-clash-protection would touch each page of it, in the supervisor of
  // each run.
  thread_local std::array<char, kChunk> buffer;
  const ssize_t n = read(source_.get(), buffer.data(), buffer.size());
  if (n < 0 && WouldBlock()) return Moved::kNothing;
  if (n <= 0) {
    EndOfSource();
    return Moved::kNothing;
  }
  rest_.assign(buffer.data(), static_cast<std::size_t>(n));
  recording_->Append(kStdin, rest_);
  NoteMoved();
  return Moved::kSome;
}

InputRelay::Moved InputRelay::Splice() {
  // splice(2) moves the pipe's pages; the bytes are not copied.
  const ssize_t n = splice(source_.get(), nullptr, sink_.get(), nullptr, kAtOnce,
                           SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (n > 0) {
    if (recording_ != nullptr) recording_->Pass(kStdin, static_cast<std::size_t>(n));
    NoteMoved();
    return Moved::kSome;
  }
  if (n == 0) {
    EndOfSource();
  } else if (!WouldBlock()) {
    OnSinkGone();
  } else {
    // EAGAIN does not say which of the two pipes stopped it (splice(2)), so the source is asked.
    sink_full_ = BytesIn(source_.get()) > 0;
  }
  return Moved::kNothing;
}

bool InputRelay::HasMoved() const { return moved_ || (source_ && BytesIn(source_.get()) > 0); }

void InputRelay::NoteMoved() {
  moved_ = true;
  on_bytes_();
}

// Returns whether all bytes read before are written.
bool InputRelay::FlushRest() {
  if (rest_.empty()) return true;
  if (IsHeldUp()) return false;
  const auto written = base::WriteSome(sink_.get(), rest_);
  if (!written) {
    OnSinkGone();
    return true;
  }
  rest_.erase(0, *written);
  return rest_.empty();
}

void InputRelay::OnSinkGone() {
  rest_.clear();
  CloseSink();
  EndOfSource();
}

void InputRelay::CloseSink() {
  if (sink_) loop_.Unwatch(sink_.get());
  sink_.Reset();
}

void InputRelay::MayEnd() {
  may_end_ = true;
  if (!source_) CloseSink();
}

void InputRelay::EndOfSource() {
  if (!source_) return;
  loop_.Unwatch(source_.get());
  source_.Reset();
  if (may_end_) CloseSink();
  on_bytes_();
}

void InputRelay::Rearm() {
  // A relay that cannot move must not be polled: poll(2) would return at once, again and again.
  const bool stuck = IsHeldUp();
  if (source_) loop_.Rearm(source_.get(), rest_.empty() && !sink_full_ && !stuck ? POLLIN : 0);
  if (sink_) loop_.Rearm(sink_.get(), (!rest_.empty() || sink_full_) && !stuck ? POLLOUT : 0);
}

}  // namespace run
