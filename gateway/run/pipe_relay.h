// PipeRelay: one stream of a run without a terminal, between the command's pipe and the session's:
// recorded as far as its recording wants it, and from there on moved as pages that nobody looks at.
//
// It holds one chunk at most: a reader that is slow makes the writer wait.
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
    kToClient,   // its end of file ends the sink. Who stopped reading says so in its own words
                 // (CloseSource, Discard): until then the command waits
    kToCommand,  // its end of file is none before MayEnd; a command that does not read is told on
  };
  struct Pipe {
    base::UniqueFd source;  // to read
    base::UniqueFd sink;    // to write
    record::Stream stream;
    Direction direction = Direction::kToClient;
  };
  // `on_bytes` is called after bytes have moved; `on_done` once, when nothing is left to move.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_done;
  };
  // `recording` is the caller's, or null. While it is blocked, nothing moves that it wants, until
  // Resume.
  PipeRelay(base::Loop& loop, Pipe pipe, record::Writer* recording, Hooks hooks);
  PipeRelay(const PipeRelay&) = delete;
  PipeRelay& operator=(const PipeRelay&) = delete;
  ~PipeRelay();

  void Resume() { Move(); }
  // A line of the gateway's own for the client, as far as there is room for it now.
  void Say(const std::string& line);
  // From now on what comes is recorded and thrown away, so that the writer does not wait.
  void Discard();
  // Nobody reads any more: who writes is told by the kernel.
  void CloseSource();
  // The source's end of file is meant as one.
  void MayEnd();
  // From now on a source with nothing to say has ended, though somebody may still hold it open.
  void EndWhenSilent();

  // What is in the pipe now is to be moved before HasPassedMark.
  void Mark();
  bool HasPassedMark() const;
  bool done() const { return !source_; }

 private:
  enum class Moved { kSome, kNothing };

  void Move();
  Moved MoveSome();
  Moved Copy();
  Moved Splice();
  Moved OnNothing();
  bool FlushRest();
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
  std::string rest_;        // read, and not yet written
  std::size_t marked_ = 0;  // bytes in the source that are before the mark
  bool sink_full_ = false;
  bool sink_gone_ = false;  // and nobody has said yet what that means
  bool discard_ = false;
  bool may_end_ = false;
  bool end_when_silent_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PIPE_RELAY_H_
