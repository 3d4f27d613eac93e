#include "gateway/run/pty_relay.h"

#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace run {
namespace {

constexpr int kChunksAtOnce = 64;
constexpr std::chrono::milliseconds kLookAgain{100};
// More than the kernel holds of a terminal's output (pty(7): two buffers of some KiB).
constexpr std::size_t kMostInTerminal = 64UL * 1024;
constexpr ssize_t kShortPiece = 2048;        // bytes
constexpr std::size_t kChunk = 32UL * 1024;  // bytes; the limit for what is held in each direction

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

// Reads all that the terminal has now and that fits. The kernel returns at most 4 KiB a read, and
// each piece alone would be a packet and an entry of the recording. A short piece is the last:
// another read after the echo of a key would only delay it. Returns the size and the last read's
// result.
template <std::size_t kSize>
std::pair<std::size_t, ssize_t> ReadAll(int master, std::array<char, kSize>& buffer) {
  std::size_t size = 0;
  ssize_t n = kShortPiece;
  while (size < kSize && n >= kShortPiece) {
    n = read(master, buffer.data() + size, kSize - size);
    if (n > 0) size += static_cast<std::size_t>(n);
  }
  return {size, n};
}

}  // namespace

PtyRelay::PtyRelay(base::Loop& loop, base::UniqueFd master, base::UniqueFd session,
                   record::Writer* recording, Hooks hooks)
    : loop_(loop),
      master_(std::move(master)),
      session_(std::move(session)),
      recording_(recording),
      hooks_(std::move(hooks)) {
  loop_.Watch(master_.get(), POLLIN, [this](short ready) {
    if ((ready & POLLOUT) != 0) FlushToMaster();
    if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) FromMaster();
    DrainMaster();
    Rearm();
    TellIfPassed();
  });
  if (session_) WatchSession();
}

void PtyRelay::WatchSession() {
  loop_.Watch(session_.get(), POLLIN, [this](short ready) {
    if ((ready & POLLOUT) != 0) FlushToSession();
    if (session_ && (ready & (POLLIN | POLLHUP | POLLERR)) != 0) FromSession();
    DrainMaster();
    Rearm();
    TellIfPassed();
  });
}

PtyRelay::~PtyRelay() {
  loop_.Cancel(suspended_);
  if (master_) loop_.Unwatch(master_.get());
  if (session_) loop_.Unwatch(session_.get());
}

// poll(2) always reports a hung-up descriptor, so the relay reads it at intervals instead.
void PtyRelay::Suspend() {
  suspended_ = loop_.After(kLookAgain, [this] {
    suspended_ = 0;
    FromMaster();
    Rearm();
  });
}

void PtyRelay::CommandEnded() {
  command_ended_ = true;
  loop_.Cancel(std::exchange(suspended_, 0));
  while (master_ && !mark_is_read_ && to_session_.empty() && !blocked()) FromMaster();
  Rearm();
}

bool PtyRelay::HasPassedMark() const {
  return command_ended_ && (!master_ || (mark_is_read_ && to_session_.empty()));
}

void PtyRelay::TellIfPassed() {
  if (told_passed_ || !HasPassedMark()) return;
  told_passed_ = true;
  hooks_.on_passed();
}

void PtyRelay::FromMaster() {
  if (!master_ || suspended_ != 0 || !to_session_.empty() || blocked()) return;
  thread_local std::array<char, kChunk> buffer;
  const auto [size, n] = ReadAll(master_.get(), buffer);
  // A process in the background may go on writing: what is read beyond that much is later.
  since_end_ += command_ended_ ? size : 0;
  if (command_ended_ && (size == 0 || since_end_ >= kMostInTerminal)) mark_is_read_ = true;
  if (size == 0 && n < 0 && WouldBlock() && !end_when_silent_) return;
  if (size == 0) {  // EIO: no process has the terminal open
    if (command_ended_) {
      EndOfTerminal();
    } else {
      Suspend();
    }
    return;
  }
  const std::string_view bytes(buffer.data(), size);
  if (recording_ != nullptr) recording_->Append(record::Stream::kTerminal, bytes);
  if (session_) to_session_ = bytes;
  hooks_.on_bytes();
  FlushToSession();
}

void PtyRelay::Say(const std::string& line) {
  if (!session_) return;
  said_ += line;
  FlushSaid();
  Rearm();
}

void PtyRelay::FlushSaid() {
  while (session_ && !said_.empty()) {
    const ssize_t n = send(session_.get(), said_.data(), said_.size(), MSG_NOSIGNAL);
    if (n < 0) return;  // the next read notices a session that has gone
    said_.erase(0, static_cast<std::size_t>(n));
  }
}

void PtyRelay::FlushToSession() {
  FlushSaid();
  if (blocked() || !said_.empty()) return;
  while (session_ && !to_session_.empty()) {
    const ssize_t n = send(session_.get(), to_session_.data(), to_session_.size(), MSG_NOSIGNAL);
    if (n < 0 && WouldBlock()) return;
    if (n < 0) {
      Discard();
      return;
    }
    to_session_.erase(0, static_cast<std::size_t>(n));
  }
  if (terminal_ended_) EndOfTerminal();
}

void PtyRelay::EndWhenSilent() {
  end_when_silent_ = true;
  DrainMaster();
  Rearm();
}

void PtyRelay::DrainMaster() {
  // Bounded: a process that keeps the terminal open may write for ever, and others need their turn.
  for (int i = 0; end_when_silent_ && i < kChunksAtOnce && master_ && to_session_.empty(); ++i) {
    FromMaster();
  }
}

void PtyRelay::FromSession() {
  if (!to_master_.empty() || blocked()) return;
  thread_local std::array<char, kChunk> buffer;
  const ssize_t n = recv(session_.get(), buffer.data(), buffer.size(), 0);
  if (n < 0 && WouldBlock()) return;
  if (n <= 0) {
    Discard();
    return;
  }
  to_master_.assign(buffer.data(), static_cast<std::size_t>(n));
  RecordInput(to_master_);
  hooks_.on_bytes();
  FlushToMaster();
}

// Input while the terminal does not echo is probably a password, so it is not recorded.
void PtyRelay::RecordInput(std::string_view bytes) {
  if (recording_ == nullptr) return;
  if (!recording_->records(record::Stream::kTerminalIn)) {
    recording_->Pass(record::Stream::kTerminalIn, bytes.size());
    return;
  }
  termios modes{};
  if (recording_->records_unechoed()) {
    recording_->Append(record::Stream::kTerminalIn, bytes);
  } else if (tcgetattr(master_.get(), &modes) == 0 && (modes.c_lflag & ECHO) != 0) {
    recording_->Append(record::Stream::kTerminalIn, bytes);
  } else {
    recording_->Hide(bytes.size());
  }
}

void PtyRelay::Resume() {
  FlushToSession();
  if (master_) Rearm();
}

void PtyRelay::FlushToMaster() {
  if (blocked()) return;
  while (master_ && !to_master_.empty()) {
    const ssize_t n = write(master_.get(), to_master_.data(), to_master_.size());
    if (n < 0 && WouldBlock()) return;
    if (n < 0) {
      to_master_.clear();
      return;
    }
    to_master_.erase(0, static_cast<std::size_t>(n));
  }
}

void PtyRelay::Discard() {
  said_.clear();
  to_session_.clear();
  to_master_.clear();
  if (session_) loop_.Unwatch(session_.get());
  session_.Reset();
  if (terminal_ended_) {
    EndOfTerminal();
  } else {
    DrainMaster();
    Rearm();
  }
}

void PtyRelay::Attach(base::UniqueFd session) {
  said_.clear();
  if (session_) loop_.Unwatch(session_.get());
  session_.Reset();
  if (!master_) return;
  session_ = std::move(session);
  (void)base::SetNonBlocking(session_.get());
  WatchSession();
  FlushToSession();  // what the client before has not taken
  DrainMaster();
  if (master_) Rearm();
}

void PtyRelay::EndOfTerminal() {
  terminal_ended_ = true;
  if (!to_session_.empty()) {
    Rearm();
    return;  // deliver it first; then this is called again
  }
  if (!master_) return;
  loop_.Unwatch(master_.get());
  if (session_) loop_.Unwatch(session_.get());
  master_.Reset();
  session_.Reset();  // the session reads end of file
  TellIfPassed();
  hooks_.on_done();
}

void PtyRelay::Rearm() {
  if (master_) {
    const bool read = to_session_.empty() && !terminal_ended_ && !blocked();
    const int events = (read ? POLLIN : 0) | (to_master_.empty() || blocked() ? 0 : POLLOUT);
    loop_.Rearm(master_.get(), static_cast<short>(suspended_ == 0 ? events : 0));
  }
  if (session_) {
    const bool write = !said_.empty() || (!to_session_.empty() && !blocked());
    const bool read = to_master_.empty() && !blocked();
    loop_.Rearm(session_.get(), static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0)));
  }
}

}  // namespace run
