// Recorder: watches the recording of a live run. It writes the recording's state from time to time,
// and decides what happens when the recording cannot be written.
//
// It runs in the supervisor's loop and owns the record::Writer. It writes the state at most every 5
// s and only while the recording grows; a blocked writer is tried again every 200 ms. What follows
// from a hook is the supervisor's decision.
#ifndef ONEOFF_GATEWAY_RUN_RECORDER_H_
#define ONEOFF_GATEWAY_RUN_RECORDER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/loop.h"
#include "gateway/record/writer.h"
#include "gateway/run/run_record.h"

namespace run {

// Returns a size for a person: "256 MiB", "1000 bytes".
// Whole MiB, else bytes.
std::string SpokenSize(std::uint64_t bytes);

class Recorder {
 public:
  // `on_resumed`: the recording can be written again. `on_expired`: it could not be written for
  // `pause_limit`. `on_full`: it has reached its limit; called once. `on_warning`: a text for the
  // person, before the recording expires or is full.
  struct Hooks {
    std::function<void()> on_resumed;
    std::function<void()> on_expired;
    std::function<void()> on_full;
    std::function<void(const std::string&)> on_warning;
  };
  // `writer` nullopt: nothing is recorded and no hook is called.
  Recorder(base::Loop& loop, const base::Clock& clock, std::optional<record::Writer> writer,
           std::chrono::milliseconds pause_limit, Hooks hooks);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  // Null if nothing is recorded.
  record::Writer* writer() { return writer_ ? &*writer_ : nullptr; }
  const record::Writer* writer() const { return writer_ ? &*writer_ : nullptr; }
  // To be called after each write to the writer.
  // It may call hooks. Cheap if nothing has changed.
  void Look();
  // An event in the recording's own log (gateway/record/FORMAT.md). `fields` is JSON that begins
  // with a comma, or empty.
  void Note(std::string_view event, std::string_view fields = "");
  // Ends the recording, so that nothing waits for it.
  void GiveUp();
  // Why the recording could not be written for `pause_limit`; empty if that did not happen.
  const std::string& failure() const { return failure_; }
  // Closes the recording.
  // Without a recording all members are zero. No function but the destructor may follow.
  Recorded End();

 private:
  void Pause();
  // Each 200 ms, until it can write again or pause_limit is over.
  void Retry();
  void LookAtBound();

  base::Loop& loop_;
  const base::Clock& clock_;
  std::optional<record::Writer> writer_;
  std::chrono::milliseconds pause_limit_;
  Hooks hooks_;
  base::Loop::TimerId progress_ = 0;
  base::Loop::TimerId retry_ = 0;
  base::MonotonicTime paused_since_;
  std::string failure_;
  bool warned_ = false;
  bool full_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_RECORDER_H_
