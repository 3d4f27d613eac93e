// Outflow: what a command writes, on its way to one channel's two streams.
//
// Memory stays bounded: the command is read only while the client's window is open and libssh has
// sent what it was given before.
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
  // Bytes that are given to libssh at a time: the first packet leaves at once, the rest together.
  static constexpr std::size_t kChunk = 131'072;

  enum class Stream { kOut, kErr };

  // `buffer` is shared by all flows of a session: it is used only within a call, and made by the
  // first.
  Outflow(base::Loop& loop, ssh_channel channel, std::unique_ptr<char[]>& buffer)
      : loop_(loop), channel_(channel), buffer_(buffer) {}
  Outflow(const Outflow&) = delete;
  Outflow& operator=(const Outflow&) = delete;
  ~Outflow() { CloseBoth(); }

  // What is read from these (non-blocking; either may be absent) goes to the stream.
  void Attach(base::UniqueFd out, base::UniqueFd err);
  // Sent once both streams are closed, in the order of the calls.
  void Append(Stream stream, std::string text);

  // The client reads no stdout any more: whoever writes to it learns that.
  void CloseOut() { Close(out_); }
  // As CloseOut, where closing would mean more than that (a terminal): it is read, and dropped.
  void DropOut() { out_.drop = true; }
  void CloseBoth();
  // What has been written by now is still delivered, however slow the client; nothing after it.
  void CloseAfterWhatIsThere();

  // RootOwnedSources of libssh's callbacks: moves what can be moved, and asks the loop to be called
  // again when more can.
  void Settle();

  // Both streams are at their end (or closed), and what was read from them is libssh's.
  bool drained() const { return !out_.fd && !err_.fd && rest_.empty(); }
  // As drained, and what was appended is libssh's, too.
  bool finished() const { return drained() && appended_.empty(); }
  // The client takes no more for now; what the command does is not what holds it up.
  bool blocked() const { return !rest_.empty() || !CanWrite(); }
  // Bytes that were read; it only grows.
  std::uint64_t moved() const { return moved_; }

 private:
  struct Source {
    base::UniqueFd fd;
    Stream stream = Stream::kOut;
    bool ready = false;
    bool drop = false;
    std::optional<std::size_t> left;  // bytes until it is closed; absent: until its end
  };

  void Attach(Source& source, base::UniqueFd fd);
  void Close(Source& source);
  bool CanWrite() const;
  std::size_t Read(Source& source, std::size_t most);
  bool WriteRest();
  bool MoveFrom(Source& source);
  void MoveAppended();
  std::size_t Write(Stream stream, std::string_view bytes);

  base::Loop& loop_;
  ssh_channel channel_;
  std::unique_ptr<char[]>& buffer_;  // kChunk bytes
  Source out_{.fd = {}, .stream = Stream::kOut, .left = {}};
  Source err_{.fd = {}, .stream = Stream::kErr, .left = {}};
  // What libssh has not taken (a short window, a key exchange under way): from position_ on.
  std::string rest_;
  std::size_t position_ = 0;
  Stream rest_stream_ = Stream::kOut;
  std::deque<std::pair<Stream, std::string>> appended_;
  std::uint64_t moved_ = 0;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_OUTFLOW_H_
