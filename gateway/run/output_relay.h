// OutputRelay: one output stream of a run without a terminal, from the command's pipe to the client
// that has the run now, if any.
//
// It runs in the supervisor's loop and never blocks. Bytes are recorded before they are delivered.
// A slow client makes the command wait. Without a client the bytes go to the OutputLog, and the
// command goes on. Once the run has been without a client, all output goes through the log.
//
// The relay remembers what the client has not confirmed, at most kMostRecent bytes, so that a lost
// connection does not lose them. After 16 steps the other streams get their turn.
#ifndef ONEOFF_GATEWAY_RUN_OUTPUT_RELAY_H_
#define ONEOFF_GATEWAY_RUN_OUTPUT_RELAY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"
#include "gateway/run/output_log.h"
#include "gateway/run/recent_bytes.h"

namespace run {

class OutputRelay {
 public:
  // The most bytes that the relay remembers until the client confirms them; older ones are lost.
  // OpenSSH's client confirms within its window of 2 MiB.
  static constexpr std::size_t kMostRecent = 4UL << 20;

  struct Terms {
    record::Stream stream = record::Stream::kStdout;
    record::Writer* recording = nullptr;  // null: nothing is recorded
    OutputLog* log = nullptr;  // null: without a client, the newest kMostRecent bytes stay
    std::size_t said = 0;      // bytes of the gateway's lines already in the sink
  };
  // The relay calls `on_bytes` after bytes have moved, and `on_done` once for each client, when no
  // more bytes can move. It calls both from within its own functions.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_done;
  };
  // Makes both descriptors non-blocking. `sink` invalid: no client has the run yet. `loop`, the
  // recording and the log outlive the relay.
  OutputRelay(base::Loop& loop, base::UniqueFd source, base::UniqueFd sink, const Terms& terms,
              Hooks hooks);
  OutputRelay(const OutputRelay&) = delete;
  OutputRelay& operator=(const OutputRelay&) = delete;
  ~OutputRelay();

  void Resume() { Move(); }
  // Writes a line of the gateway for the client. Drops the line if the sink has no room now, or if
  // it is longer than PIPE_BUF, 4096 bytes, because only shorter writes are atomic (pipe(7)).
  void Say(const std::string& line);
  // The client has taken the first `taken` bytes that this sink got, the gateway's lines included.
  void Confirm(std::uint64_t taken);
  // The client has gone and the run goes on.
  void Detach();
  // The run is over: remembered bytes that the client has not confirmed go to the log.
  void Preserve() { BeginLog(); }
  // A client has come, in place of an earlier one. It gets `line`, of at most PIPE_BUF bytes, and
  // then the bytes from `position` on. Clamp has returned `position`.
  void Attach(base::UniqueFd sink, std::uint64_t position, const std::string& line);
  // Returns the nearest position to `position` between kept() and read().
  std::uint64_t Clamp(std::uint64_t position) const;
  // From now on the bytes are recorded and dropped, so that the command does not wait. Final.
  void Discard();
  // Closes the source, because the client reads no more. The kernel reports it to the command:
  // EPIPE, or SIGPIPE (pipe(7)).
  void CloseSource();
  // From now on an empty source counts as ended, even if a process still holds its write end open.
  void EndWhenSilent();

  // Positions in the stream: the first byte that the last client has not confirmed, the first byte
  // that the relay can still deliver, and the end of what it has read.
  std::uint64_t confirmed() const { return confirmed_; }
  std::uint64_t kept() const;
  std::uint64_t read() const { return read_; }

  // Once the bytes that are in the source now have moved to the client, or without one to the log,
  // HasPassedMark is true.
  void Mark();
  // True also if the sink has no reader.
  bool HasPassedMark() const;
  bool done() const { return done_; }

 private:
  enum class Moved { kSome, kNothing };
  // A line of the gateway in the sink, after `at` bytes.
  struct Said {
    std::uint64_t at;
    std::size_t size;
  };

  void TakeSink(base::UniqueFd sink);
  void BeginLog();
  void Move();
  Moved MoveSome();
  // read(2) from the source.
  Moved Take();
  Moved OnNothing();
  void Keep(std::string_view bytes);
  // Fills rest_ out of the log.
  void FetchFromLog();
  bool FlushRest();
  // The recording wants these bytes, and cannot take them now.
  bool IsHeldUp() const;
  // The log has bytes that the client does not have.
  bool HasBacklog() const { return sink_ && logging_ && log_at_ < read_; }
  void OnMoved(std::size_t bytes);
  void OnSinkGone();
  void CloseSink();
  void EndOfSource();
  void FinishIfDone();
  void Rearm();

  base::Loop& loop_;
  base::UniqueFd source_;
  base::UniqueFd sink_;
  Terms terms_;
  Hooks hooks_;
  std::string rest_;  // for the sink, not written yet
  RecentBytes recent_{
      kMostRecent};              // the bytes before read_ that are not confirmed; without the log
  std::uint64_t read_ = 0;       // bytes of the stream that were read
  std::uint64_t log_at_ = 0;     // the next byte of the log that goes to the sink
  std::uint64_t confirmed_ = 0;  // a position in the stream
  std::uint64_t began_ = 0;      // the position at which this sink began
  std::uint64_t delivered_ = 0;  // bytes that this sink got, lines included
  std::vector<Said> lines_;      // not confirmed yet
  std::size_t marked_ = 0;       // bytes in the source before the mark
  bool logging_ = false;         // output goes through the log
  bool sink_gone_ = false;       // Detach, CloseSource or Discard has not followed yet
  bool discard_ = false;
  bool end_when_silent_ = false;
  bool done_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_OUTPUT_RELAY_H_
