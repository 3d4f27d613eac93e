#include "gateway/cli/flow.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace cli {
namespace {

constexpr std::size_t kChunk = 65'536;

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

// A pipe that poll(2) reports writable takes PIPE_BUF bytes without blocking, and may block on more
// (pipe(7)).
std::size_t MostAtOnce(int sink) {
  struct stat status {};
  const bool file = fstat(sink, &status) == 0 && S_ISREG(status.st_mode);
  const bool non_blocking = (fcntl(sink, F_GETFL) & O_NONBLOCK) != 0;
  return file || non_blocking ? kChunk : PIPE_BUF;
}

}  // namespace

Flow::Flow(base::Loop& loop, int source, int sink, Hooks hooks)
    : loop_(loop), source_(source), sink_(sink), most_(MostAtOnce(sink)), hooks_(std::move(hooks)) {
  loop_.Watch(source_, POLLIN, [this](short) { Read(); });
  loop_.Watch(sink_, 0, [this](short) { Write(); });
}

void Flow::Stop() {
  if (done_) return;
  done_ = true;
  loop_.Unwatch(source_);
  loop_.Unwatch(sink_);
}

void Flow::End() {
  if (done_) return;
  Stop();
  hooks_.on_end();
}

void Flow::EndWhenSilent() {
  // A process that outlives the command may hold the pipe open for ever, so the end of file may
  // never come.
  end_when_silent_ = true;
  Read();
}

void Flow::Discard() {
  discard_ = true;
  rest_.clear();
  Rearm();
}

void Flow::Read() {
  if (done_ || ended_ || !rest_.empty()) return;
  thread_local std::array<char, kChunk> buffer;
  const ssize_t n = read(source_, buffer.data(), buffer.size());
  if (n < 0 && WouldBlock() && !end_when_silent_) return;
  // A failed read must not look like the end of the input, so it has a hook of its own.
  if (n < 0 && !WouldBlock() && hooks_.on_failure) {
    const int error = errno;
    Stop();
    return hooks_.on_failure(error);
  }
  if (n <= 0) {
    ended_ = true;
  } else {
    hooks_.on_bytes();
    if (!discard_) rest_.assign(buffer.data(), static_cast<std::size_t>(n));
    position_ = 0;
  }
  if (ended_ && rest_.empty()) return End();
  Rearm();
}

void Flow::Write() {
  if (done_ || rest_.empty()) return;
  const ssize_t n =
      write(sink_, rest_.data() + position_, std::min(rest_.size() - position_, most_));
  if (n < 0 && WouldBlock()) return;
  if (n < 0) {
    rest_.clear();
    // EPIPE: the reader wants no more, as head(1) does. That is no failure.
    if (errno != EPIPE && hooks_.on_failure) hooks_.on_failure(errno);
    if (!discard_) hooks_.on_gone();
    return;
  }
  position_ += static_cast<std::size_t>(n);
  if (position_ < rest_.size()) return Rearm();
  rest_.clear();
  if (ended_) return End();
  if (end_when_silent_) return Read();
  Rearm();
}

void Flow::Rearm() {
  if (done_) return;
  // While the sink is slow, nothing more is read. The pipe fills then and the writer waits, so this
  // process's memory stays bounded (pipe(7)).
  loop_.Rearm(source_, rest_.empty() && !ended_ ? POLLIN : 0);
  loop_.Rearm(sink_, rest_.empty() ? 0 : POLLOUT);
}

}  // namespace cli
