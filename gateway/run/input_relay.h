// PipeRelay: one stream of a run without a terminal, from the command's pipe to the session's or
// back. It copies and records what the recording wants. The rest it moves by splice(2), without a
// look at the bytes.
//
// It holds at most one chunk, so a slow reader makes the writer wait.
//
// The supervisor has one for stdout, stderr and, where the session writes to it, stdin. It runs in
// the supervisor's loop and never blocks. Bytes are recorded before they are delivered. A stream
// gives the others their turn after 16 steps of 64 KiB (copied) or 1 MiB (spliced).
#ifndef ONEOFF_GATEWAY_RUN_PIPE_RELAY_H_
#define ONEOFF_GATEWAY_RUN_PIPE_RELAY_H_

#include <cstddef>
#include <functional>
#include <string>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"

namespace run {

class PipeRelay {
 public:
  enum class Direction {
    // At the source's end of file the sink is closed. The session reports a client that reads no
    // more (CloseSource, Discard); until then the command waits.
    kToClient,
    // At the source's end of file the sink is closed only after MayEnd. A command that closes its
    // stdin closes the source too, so that the session notices.
    kToCommand,
  };
  struct Pipe {
    base::UniqueFd source;  // read from
    base::UniqueFd sink;    // written to
    record::Stream stream;
    Direction direction = Direction::kToClient;
  };
  // `on_bytes` is called after bytes have moved. `on_done` is called once, when no more bytes can
  // move.
  // Both are called from within the relay's own functions.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_done;
  };
  // `recording` may be null; the caller owns it. While it is blocked, bytes that it wants do not
  // move, until Resume.
  // It makes both descriptors non-blocking. `loop` and the writer outlive it.
  PipeRelay(base::Loop& loop, Pipe pipe, record::Writer* recording, Hooks hooks);
  PipeRelay(const PipeRelay&) = delete;
  PipeRelay& operator=(const PipeRelay&) = delete;
  ~PipeRelay();

  void Resume() { Move(); }
  // Writes a line of the gateway for the client. Drops the line if the sink has no room now.
  // Also drops a line longer than PIPE_BUF, 4096 bytes, because only shorter writes are atomic
  // (pipe(7)).
  void Say(const std::string& line);
  // From now on the source's bytes are recorded and dropped, so that the writer does not wait.
  // Closes the sink. Bytes that were read and not written yet are lost.
  void Discard();
  // Closes the source, because nothing reads the sink any more. The kernel reports it to the
  // writer: EPIPE, or SIGPIPE (pipe(7)).
  void CloseSource();
  // From now on the source's end of file closes the sink.
  void MayEnd();
  // From now on an empty source counts as ended, even if a process still holds its write end open.
  void EndWhenSilent();

  // HasPassedMark becomes true once the bytes that are in the source now have moved.
  // The number is FIONREAD's, at the time of the call.
  void Mark();
  // True also if the source has ended or the sink has no reader.
  bool HasPassedMark() const;
  bool done() const { return !source_; }

 private:
  enum class Moved { kSome, kNothing };

  void Move();
  Moved MoveSome();
  // read(2) and write(2), for bytes that are recorded or dropped.
  Moved Copy();
  // splice(2): the bytes are counted only.
  Moved Splice();
  Moved OnNothing();
  bool FlushRest();
  // The recording wants these bytes and cannot be written now.
  bool IsHeldUp() const;
  void OnMoved(std::size_t bytes);
  void OnSinkGone();
  void CloseSink();
  void EndOfSource();
  void Rearm();

  base::Loop& loop_;
  base::UniqueFd source_;
  base::UniqueFd sink_;
  record::Stream stream_;
  Direction direction_;
  record::Writer* recording_;
  Hooks hooks_;
  std::string rest_;        // read and not written yet
  std::size_t marked_ = 0;  // bytes in the source before the mark
  bool sink_full_ = false;
  bool sink_gone_ = false;  // neither CloseSource nor Discard has followed yet
  bool discard_ = false;
  bool may_end_ = false;
  bool end_when_silent_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PIPE_RELAY_H_
