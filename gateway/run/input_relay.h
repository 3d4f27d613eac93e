// InputRelay: stdin of a run without a terminal, from the session's pipe to the command's. It
// copies and records what the recording wants. splice(2) moves the rest without a copy.
//
// It runs in the supervisor's loop and never blocks. It holds at most one chunk, so a command that
// reads slowly makes the client wait. The command sees an end of file only after MayEnd, when the
// client has sent one: a lost connection does not end the input.
#ifndef ONEOFF_GATEWAY_RUN_INPUT_RELAY_H_
#define ONEOFF_GATEWAY_RUN_INPUT_RELAY_H_

#include <cstddef>
#include <functional>
#include <string>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"

namespace run {

class InputRelay {
 public:
  // Makes both descriptors non-blocking. `recording` may be null; while it is blocked, bytes that
  // it wants do not move, until Resume. `on_bytes` is called after bytes have moved. `loop` and the
  // recording outlive the relay.
  InputRelay(base::Loop& loop, base::UniqueFd source, base::UniqueFd sink,
             record::Writer* recording, std::function<void()> on_bytes);
  InputRelay(const InputRelay&) = delete;
  InputRelay& operator=(const InputRelay&) = delete;
  ~InputRelay();

  void Resume() { Move(); }
  // From now on the source's end of file closes the sink.
  void MayEnd();
  // Whether a byte has come from the source, or waits in it.
  bool HasMoved() const;
  // The source has ended, or the command reads no more.
  bool done() const { return !source_; }

 private:
  enum class Moved { kSome, kNothing };

  void Move();
  // read(2) and write(2), for bytes that are recorded.
  Moved Copy();
  // splice(2): the bytes are counted only.
  Moved Splice();
  bool FlushRest();
  // The recording wants these bytes, and cannot take them now.
  bool IsHeldUp() const;
  void NoteMoved();
  // The command reads no more: the session's pipe is closed too, so that the client notices.
  void OnSinkGone();
  void CloseSink();
  void EndOfSource();
  void Rearm();

  base::Loop& loop_;
  base::UniqueFd source_;
  base::UniqueFd sink_;
  record::Writer* recording_;
  std::function<void()> on_bytes_;
  std::string rest_;  // read and not written yet
  bool sink_full_ = false;
  bool may_end_ = false;
  bool moved_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_INPUT_RELAY_H_
