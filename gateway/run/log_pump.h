// LogPump: shows a client the run's OutputLog, what a run without a terminal adds to it, and then
// how the run ended. Without a log it only waits for the end.
//
// The process is a launcher that has become a watch (role::kWatch). It looks for new output and for
// the run's end every 50 ms, or without a log every 200 ms. The run never waits for it. Nothing
// that the client sends reaches the run: Ctrl-C ends the client, and so the pump.
#ifndef ONEOFF_GATEWAY_RUN_LOG_PUMP_H_
#define ONEOFF_GATEWAY_RUN_LOG_PUMP_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/run/output_log.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"

namespace run {

// The descriptors towards the session are non-blocking.
struct LogPumping {
  std::string label = {};             // "shop+v42 run 7k2m9xqd"
  std::optional<OutputLog> log = {};  // nullopt: nothing is shown
  std::optional<View> view = {};      // a run that may live; nullopt: `end` is known
  bool follow = false;                // show a live run to its end; else the log as it is now
  // The client's exit status is the run's; else 0.
  bool status_of_run = false;
  wire::Ended end = {};        // without a view: the status and text of the end
  std::uint64_t from_out = 0;  // where to begin in each stream; a line names bytes not kept
  std::uint64_t from_err = 0;
  base::UniqueFd place = {};  // from Registry::TakeWatchersPlace
  base::UniqueFd control = {};
  base::UniqueFd out = {};
  base::UniqueFd err = {};
};

class LogPump {
 public:
  LogPump(LogPumping job, const base::Clock& clock);

  // The descriptors that the process must keep open.
  std::vector<int> fds() const;
  // Returns when it has shown all, or the client has left. Call it once the process is confined.
  void Run();

 private:
  struct Sink {
    base::UniqueFd fd;
    record::Stream stream = record::Stream::kStdout;
    std::uint64_t position = 0;
    std::string rest;  // not written yet
  };

  void OnControl();
  void Tick();
  // Moves what can move. Returns whether all that the log has now is written.
  bool Move();
  // Fills the sink's rest. Returns whether the log has more of its stream.
  bool Fill(Sink& sink);
  bool Flush(Sink& sink);
  void Finish();
  wire::Ended EndOf(const base::Result<RunState>& state) const;

  LogPumping job_;
  const base::Clock& clock_;
  base::Loop loop_;
  std::array<Sink, 2> sinks_;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_LOG_PUMP_H_
