// Recorder: a run's recording while the run lives: says now and then where it stands, and what is
// to happen when it cannot be written.
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

// "256 MiB", "1000 bytes": for a person.
std::string SpokenSize(std::uint64_t bytes);

class Recorder {
 public:
  // `on_resumed`: it can be written again. `on_expired`: it could not for `pause_limit`. `on_full`:
  // it has reached its bound, once. `on_warning`: what the person is to read before either.
  struct Hooks {
    std::function<void()> on_resumed;
    std::function<void()> on_expired;
    std::function<void()> on_full;
    std::function<void(const std::string&)> on_warning;
  };
  // `writer` nullopt: nothing is recorded, and nothing ever happens.
  Recorder(base::Loop& loop, const base::Clock& clock, std::optional<record::Writer> writer,
           std::chrono::milliseconds pause_limit, Hooks hooks);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  // Null if nothing is recorded.
  record::Writer* writer() { return writer_ ? &*writer_ : nullptr; }
  const record::Writer* writer() const { return writer_ ? &*writer_ : nullptr; }
  // After something was fed to the writer.
  void Look();
  void Note(std::string_view event, std::string_view fields = "");
  // Nothing more is recorded, so that nothing waits for it.
  void GiveUp();
  // Why it could not be written for too long; empty: it could.
  const std::string& failure() const { return failure_; }
  // Closes the recording.
  Recorded End();

 private:
  void Pause();
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
