// Outflow: carries a command's output to the two streams of one channel.
//
// Memory stays bounded: Outflow reads from the command only while the client's window is open and
// libssh has sent the previous bytes.
//
// stderr goes before stdout in each round, so that an explanation is not late; neither can starve
// the other, nor another channel. A command that writes faster than the client reads blocks in
// write(2), as in a pipe on the same host. On a terminal there is one source, `out`.
#ifndef ONEOFF_GATEWAY_SSH_OUTFLOW_H_
#define ONEOFF_GATEWAY_SSH_OUTFLOW_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"

namespace ssh {

class Outflow {
 public:
  // Bytes that libssh gets at a time. The first packet leaves at once, the others together.
  static constexpr std::size_t kChunk = 131'072;

  enum class Stream { kOut, kErr };

  // All flows of a session share `buffer`: each uses it only within a call, and the first one
  // allocates it.
  Outflow(base::Loop& loop, ssh_channel channel, std::unique_ptr<char[]>& buffer)
      : loop_(loop), channel_(channel), buffer_(buffer) {}
  Outflow(const Outflow&) = delete;
  Outflow& operator=(const Outflow&) = delete;
  ~Outflow() { CloseBoth(); }

  // Bytes read from these descriptors go to the client's streams. They are non-blocking, and either
  // may be empty. Outflow owns them.
  // An error of read(2) other than EAGAIN and EINTR counts as end of file.
  void Attach(base::UniqueFd out, base::UniqueFd err);
  // Sends `text` once both streams are closed, in the order of the calls.
  // Text is kept without a bound, so only the gateway's own texts go here. Empty text does nothing.
  void Append(Stream stream, std::string text);

  // The client no longer reads stdout. A command that writes to it gets EPIPE.
  void CloseOut() { Close(out_); }
  // As CloseOut for a terminal, which also carries input and so stays open: reads the output and
  // drops it.
  void DropOut() { out_.drop = true; }
  // Closes both sources at once. Bytes that are still in them are lost.
  void CloseBoth();
  // Still delivers the bytes that the command has written by now, however slow the client is, and
  // no later ones.
  // The number of those bytes is FIONREAD's (ioctl_tty(2)); a source with none closes at once.
  void CloseAfterWhatIsThere();

  // Moves bytes that can move, and asks the loop to wake up when more can. Call only outside
  // libssh's callbacks.
  // Makes at most eight rounds, of one chunk from each stream; then other channels have their turn.
  void Settle();

  // Both streams are at their end or closed, and libssh has all bytes read from them.
  bool drained() const { return !out_.fd && !err_.fd && rest_.empty(); }
  // As drained, and libssh has the appended texts too.
  bool finished() const { return drained() && appended_.empty(); }
  // The client, not the command, holds the output up.
  bool blocked() const { return !rest_.empty() || !CanWrite(); }
  // Bytes read so far.
  std::uint64_t moved() const { return moved_; }
  // Bytes of the two sources that the client has taken, as far as its window says so. Bytes of a
  // stream that is dropped count as taken.
  std::pair<std::uint64_t, std::uint64_t> Confirmed();

 private:
  struct Source {
    base::UniqueFd fd;
    Stream stream = Stream::kOut;
    bool ready = false;
    bool drop = false;
    std::optional<std::size_t> left;  // bytes to read before closing; absent: until end of file
  };

  void Attach(Source& source, base::UniqueFd fd);
  void Close(Source& source);
  bool CanWrite() const;
  std::size_t Read(Source& source, std::size_t most);
  bool WriteRest();
  bool MoveFrom(Source& source);
  void MoveAppended();
  std::size_t Write(Stream stream, std::string_view bytes);
  void NoteSent(Stream stream, std::uint64_t bytes);

  base::Loop& loop_;
  ssh_channel channel_;
  std::unique_ptr<char[]>& buffer_;  // kChunk bytes
  Source out_{.fd = {}, .stream = Stream::kOut, .left = {}};
  Source err_{.fd = {}, .stream = Stream::kErr, .left = {}};
  // Bytes that libssh has not taken, from position_ on, because the window is short or a key
  // exchange is under way.
  std::string rest_;
  std::size_t position_ = 0;
  Stream rest_stream_ = Stream::kOut;
  std::deque<std::pair<Stream, std::string>> appended_;
  std::uint64_t moved_ = 0;
  // What the client has been sent and has not confirmed, in order. The window is the channel's, not
  // a stream's.
  struct Sent {
    Stream stream;
    std::uint64_t bytes;
  };
  // What was sent in all at one moment.
  struct Whole {
    std::uint64_t sent;
    std::uint64_t out;
    std::uint64_t err;
  };
  std::deque<Sent> unconfirmed_;
  std::optional<Whole> whole_;  // confirmed as a whole; unconfirmed_ comes after it
  std::uint64_t sent_ = 0;      // bytes that libssh has taken
  std::uint64_t sent_out_ = 0;
  std::uint64_t sent_err_ = 0;
  std::uint64_t confirmed_ = 0;          // of these
  std::optional<std::uint64_t> window_;  // the client's at first
  std::uint64_t confirmed_out_ = 0;
  std::uint64_t confirmed_err_ = 0;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_OUTFLOW_H_
