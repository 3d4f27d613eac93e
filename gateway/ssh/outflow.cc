#include "gateway/ssh/outflow.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ssh {
namespace {

// One busy channel must not starve the others, which share this process's only thread.
constexpr std::size_t kMostPieces = 4096;
constexpr int kRounds = 8;  // chunks that one channel may move before the others have their turn

}  // namespace

void Outflow::Attach(base::UniqueFd out, base::UniqueFd err) {
  Attach(out_, std::move(out));
  Attach(err_, std::move(err));
}

void Outflow::Attach(Source& source, base::UniqueFd fd) {
  if (!fd) return;
  source.fd = std::move(fd);
  source.ready = true;  // read(2) finds out
  loop_.Watch(source.fd.get(), 0, [&source](short) { source.ready = true; });
}

void Outflow::Append(Stream stream, std::string text) {
  if (!text.empty()) appended_.emplace_back(stream, std::move(text));
}

void Outflow::Close(Source& source) {
  if (!source.fd) return;
  loop_.Unwatch(source.fd.get());
  source.fd.Reset();
}

void Outflow::CloseBoth() {
  Close(out_);
  Close(err_);
}

bool Outflow::CanWrite() const {
  ssh_session session = ssh_channel_get_session(channel_);
  // ssh_channel_write queues without a limit what the socket does not take, and a client may grant
  // a window of 4 GiB. So nothing is written while the queue has bytes.
  return ssh_channel_window_size(channel_) > 0 &&
         (ssh_get_status(session) & SSH_WRITE_PENDING) == 0;
}

// Returns how many of `bytes` libssh took. A channel that is closed takes all of them; they are
// lost with it.
std::size_t Outflow::Write(Stream stream, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (!window_) window_ = ssh_channel_window_size(channel_);
  const int n = stream == Stream::kErr ? ssh_channel_write_stderr(channel_, bytes.data(), size)
                                       : ssh_channel_write(channel_, bytes.data(), size);
  if (n < 0) return bytes.size();
  NoteSent(stream, static_cast<std::uint64_t>(n));
  return static_cast<std::size_t>(n);
}

void Outflow::NoteSent(Stream stream, std::uint64_t bytes) {
  sent_ += bytes;
  (stream == Stream::kErr ? sent_err_ : sent_out_) += bytes;
  // A command that mixes its streams byte by byte: what is sent by now is confirmed as a whole.
  if (unconfirmed_.size() >= kMostPieces) {
    unconfirmed_.clear();
    whole_ = Whole{sent_, sent_out_, sent_err_};
    return;
  }
  // Adjacent pieces of one stream are one.
  if (!unconfirmed_.empty() && unconfirmed_.back().stream == stream) {
    unconfirmed_.back().bytes += bytes;
  } else {
    unconfirmed_.push_back({stream, bytes});
  }
}

std::pair<std::uint64_t, std::uint64_t> Outflow::Confirmed() {
  // RFC 4254 5.2: the client widens its window by what it has taken.
  const std::uint64_t window = ssh_channel_window_size(channel_);
  const std::uint64_t open = window_.value_or(window);
  const std::uint64_t in_flight = open > window ? open - window : 0;
  const std::uint64_t confirmed = sent_ - std::min(sent_, in_flight);
  if (whole_ && confirmed < whole_->sent) return {confirmed_out_, confirmed_err_};
  if (whole_) {
    confirmed_ = whole_->sent;
    confirmed_out_ = whole_->out;
    confirmed_err_ = whole_->err;
    whole_.reset();
  }
  while (confirmed_ < confirmed && !unconfirmed_.empty()) {
    Sent& oldest = unconfirmed_.front();
    const std::uint64_t taken = std::min(oldest.bytes, confirmed - confirmed_);
    (oldest.stream == Stream::kErr ? confirmed_err_ : confirmed_out_) += taken;
    confirmed_ += taken;
    oldest.bytes -= taken;
    if (oldest.bytes == 0) unconfirmed_.pop_front();
  }
  return {confirmed_out_, confirmed_err_};
}

// Returns whether no bytes are left from an earlier read.
bool Outflow::WriteRest() {
  if (rest_.empty()) return true;
  if (!CanWrite()) return false;
  position_ += Write(rest_stream_, std::string_view(rest_).substr(position_));
  if (position_ < rest_.size()) return false;
  std::string().swap(rest_);
  position_ = 0;
  return true;
}

void Outflow::CloseAfterWhatIsThere() {
  for (Source* source : {&out_, &err_}) {
    int there = 0;
    // A background process may hold the pipe open and write for ever. Only the bytes that are in
    // the pipe now are still delivered.
    if (source->fd && ioctl(source->fd.get(), FIONREAD, &there) == 0 && there > 0) {
      source->left = static_cast<std::size_t>(there);
    } else {
      Close(*source);
    }
  }
}

// Fills the buffer with at most `most` bytes, closes a source at its end, and returns how many
// bytes it read.
std::size_t Outflow::Read(Source& source, std::size_t most) {
  // Not zeroed, so that the kernel allocates only the pages that are used.
  if (buffer_ == nullptr) buffer_ = std::make_unique_for_overwrite<char[]>(kChunk);
  if (source.left) most = std::min(most, *source.left);
  std::size_t have = 0;
  bool at_end = false;
  // libssh's throughput depends on the size of a write: with 2 KiB it is about a sixth of that with
  // 128 KiB. One read(2) of a pipe often returns less.
  while (have < most) {
    const ssize_t n = read(source.fd.get(), buffer_.get() + have, most - have);
    if (n > 0) {
      have += static_cast<std::size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    source.ready = false;
    // A terminal's socket may report ECONNRESET in place of the end of file, if the supervisor
    // closes it while it holds unread input.
    at_end = n == 0 || errno != EAGAIN;
    break;
  }
  moved_ += have;
  if (source.left) *source.left -= have;
  if (at_end || source.left == 0U) Close(source);
  return have;
}

// Returns whether it moved any byte.
bool Outflow::MoveFrom(Source& source) {
  if (!source.fd || !source.ready) return false;
  std::size_t most = kChunk;
  // RFC 4254 5.2: a client need not accept more data than its window allows. What does not fit
  // stays with the command.
  if (!source.drop) most = std::min<std::size_t>(most, ssh_channel_window_size(channel_));
  const std::size_t have = Read(source, most);
  if (have == 0) return false;
  if (source.drop) return true;
  // libssh takes less, or nothing, while a key exchange is under way (RFC 4253 7.1).
  const std::size_t written = Write(source.stream, {buffer_.get(), have});
  if (written < have) {
    rest_.assign(buffer_.get() + written, have - written);
    position_ = 0;
    rest_stream_ = source.stream;
  }
  return true;
}

void Outflow::MoveAppended() {
  while (drained() && !appended_.empty()) {
    rest_stream_ = appended_.front().first;
    rest_ = std::move(appended_.front().second);
    position_ = 0;
    appended_.pop_front();
    if (!WriteRest()) return;
  }
}

void Outflow::Settle() {
  for (int round = 0; round < kRounds; ++round) {
    if (out_.drop) (void)MoveFrom(out_);  // needs no window
    if (!WriteRest() || !CanWrite()) break;
    // stderr goes first: it is short, and its text usually explains the output that follows.
    // Neither stream can starve the other.
    bool moved = MoveFrom(err_);
    if (WriteRest() && CanWrite()) moved |= MoveFrom(out_);
    if (!moved) break;
  }
  if (WriteRest()) MoveAppended();
  const bool can = rest_.empty() && CanWrite();
  if (out_.fd) loop_.Rearm(out_.fd.get(), can || out_.drop ? POLLIN : 0);
  if (err_.fd) loop_.Rearm(err_.fd.get(), can ? POLLIN : 0);
}

}  // namespace ssh
