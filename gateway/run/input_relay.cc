#include "gateway/run/pipe_relay.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

namespace run {
namespace {

constexpr std::size_t kChunk = 64UL * 1024;     // bytes that are copied in one step
constexpr std::size_t kAtOnce = 1024UL * 1024;  // bytes that are spliced in one step
constexpr int kRounds = 16;  // chunks of one stream before the other streams get their turn

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

std::size_t BytesIn(int pipe) {
  int bytes = 0;
  return ioctl(pipe, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace

PipeRelay::PipeRelay(base::Loop& loop, Pipe pipe, record::Writer* recording, Hooks hooks)
    : loop_(loop),
      source_(std::move(pipe.source)),
      sink_(std::move(pipe.sink)),
      stream_(pipe.stream),
      direction_(pipe.direction),
      recording_(recording),
      hooks_(std::move(hooks)) {
  // The descriptors are this process's ends of two pipes. The command's ends stay blocking: most
  // programs do not expect EAGAIN on stdout.
  (void)base::SetNonBlocking(source_.get());
  (void)base::SetNonBlocking(sink_.get());
  loop_.Watch(source_.get(), POLLIN, [this](short) { Move(); });
  loop_.Watch(sink_.get(), 0, [this](short) {
    sink_full_ = false;
    Move();
  });
}

PipeRelay::~PipeRelay() {
  if (source_) loop_.Unwatch(source_.get());
  CloseSink();
}

// Bytes that the recording wants and cannot write are not delivered either.
bool PipeRelay::IsHeldUp() const {
  return recording_ != nullptr && recording_->blocked() &&
         (!rest_.empty() || recording_->Wants(stream_) > 0);
}

void PipeRelay::Move() {
  for (int round = 0; round < kRounds && source_; ++round) {
    if (!FlushRest() || sink_gone_ || IsHeldUp() || MoveSome() == Moved::kNothing) break;
  }
  Rearm();
}

PipeRelay::Moved PipeRelay::MoveSome() {
  const bool wanted = recording_ != nullptr && recording_->Wants(stream_) > 0;
  return wanted || discard_ ? Copy() : Splice();
}

PipeRelay::Moved PipeRelay::Copy() {
  // Not on the stack: each page of a stack array would be touched (-fstack-clash-protection), in
  // the supervisor of each run.
  thread_local std::array<char, kChunk> buffer;
  const ssize_t n = read(source_.get(), buffer.data(), buffer.size());
  if (n < 0 && WouldBlock()) return OnNothing();
  if (n <= 0) {
    EndOfSource();
    return Moved::kNothing;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
  if (recording_ != nullptr) recording_->Append(stream_, bytes);
  if (!discard_) rest_ = bytes;
  OnMoved(bytes.size());
  return Moved::kSome;
}

PipeRelay::Moved PipeRelay::Splice() {
  // splice(2) moves the pipe's pages; the bytes are not copied.
  const ssize_t n = splice(source_.get(), nullptr, sink_.get(), nullptr, kAtOnce,
                           SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (n > 0) {
    if (recording_ != nullptr) recording_->Pass(stream_, static_cast<std::size_t>(n));
    OnMoved(static_cast<std::size_t>(n));
    return Moved::kSome;
  }
  if (n == 0) {
    EndOfSource();
  } else if (!WouldBlock()) {
    OnSinkGone();
  } else if (BytesIn(source_.get()) > 0) {
    // EAGAIN does not say which of the two pipes stopped it (splice(2)), so the source was asked.
    sink_full_ = true;
  } else {
    return OnNothing();
  }
  return Moved::kNothing;
}

PipeRelay::Moved PipeRelay::OnNothing() {
  marked_ = 0;
  if (end_when_silent_) EndOfSource();
  return Moved::kNothing;
}

void PipeRelay::OnMoved(std::size_t bytes) {
  marked_ -= std::min(marked_, bytes);
  hooks_.on_bytes();
}

// Returns whether all bytes that were read before are written.
bool PipeRelay::FlushRest() {
  if (rest_.empty()) return true;
  if (IsHeldUp()) return false;
  std::size_t written = 0;
  while (sink_ && written < rest_.size()) {
    const ssize_t n = write(sink_.get(), rest_.data() + written, rest_.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) {
      OnSinkGone();
      return true;
    }
    written += static_cast<std::size_t>(n);
  }
  rest_.erase(0, written);
  // The supervisor may wait for the last of these bytes.
  if (rest_.empty()) hooks_.on_bytes();
  return rest_.empty();
}

void PipeRelay::OnSinkGone() {
  rest_.clear();
  CloseSink();
  if (direction_ == Direction::kToCommand) {
    CloseSource();
  } else {
    // The control socket says why: the client closed this stream, so the command gets EPIPE, or the
    // client has gone, so the output is dropped. Nothing is read until then.
    sink_gone_ = true;
  }
}

void PipeRelay::CloseSink() {
  if (sink_) loop_.Unwatch(sink_.get());
  sink_.Reset();
}

// A write of at most PIPE_BUF bytes is atomic (pipe(7)), so no part of the line waits for a slow
// reader.
void PipeRelay::Say(const std::string& line) {
  if (sink_ && line.size() <= PIPE_BUF) (void)!write(sink_.get(), line.data(), line.size());
}

void PipeRelay::Discard() {
  if (!source_) return CloseSink();
  discard_ = true;
  sink_gone_ = false;
  rest_.clear();
  CloseSink();
  Move();
}

void PipeRelay::CloseSource() {
  rest_.clear();
  CloseSink();
  EndOfSource();
}

void PipeRelay::MayEnd() {
  may_end_ = true;
  if (!source_) CloseSink();
}

void PipeRelay::EndWhenSilent() {
  end_when_silent_ = true;
  // No process is left to be told that its reader has gone.
  if (sink_gone_) return CloseSource();
  Move();
}

void PipeRelay::Mark() {
  if (source_) marked_ = BytesIn(source_.get());
}

bool PipeRelay::HasPassedMark() const {
  return !source_ || sink_gone_ || (marked_ == 0 && rest_.empty());
}

void PipeRelay::EndOfSource() {
  if (!source_) return;
  loop_.Unwatch(source_.get());
  source_.Reset();
  marked_ = 0;
  if (direction_ == Direction::kToClient || may_end_) CloseSink();
  hooks_.on_done();
}

void PipeRelay::Rearm() {
  // A relay that cannot move must not be polled: poll(2) would return at once, again and again.
  const bool stuck = IsHeldUp() || sink_gone_;
  if (source_) loop_.Rearm(source_.get(), rest_.empty() && !sink_full_ && !stuck ? POLLIN : 0);
  if (sink_) loop_.Rearm(sink_.get(), (!rest_.empty() || sink_full_) && !stuck ? POLLOUT : 0);
}

}  // namespace run
