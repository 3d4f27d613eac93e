// Watch: shows a watcher the output of a run, from its recording, as it grows. The
// watcher's input never reaches the run, and the run never waits for the watcher: each watch is a
// process of its own.
//
// The process is a launcher that has become a watch (role::kWatch). It looks for new output every
// 50 ms. It removes what would make a terminal answer (record::TerminalQueries), and resets the
// terminal at the end. Ctrl-C and Ctrl-D leave; nothing else that the watcher types has an effect.
#ifndef ONEOFF_GATEWAY_RUN_WATCH_H_
#define ONEOFF_GATEWAY_RUN_WATCH_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/grant.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/follower.h"
#include "gateway/record/terminal_queries.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"

namespace run {

// How much earlier output is shown first, in bytes.
inline constexpr std::uint64_t kWatchHistory = 64UL * 1024;

// All descriptors must be non-blocking.
struct Watching {
  std::string label;  // "shop+v42 run 7k2m9xqd": how messages name the run
  View view;
  record::Follower follower;
  base::UniqueFd signals;   // SIGTERM, which must be blocked; it ends the watch
  base::UniqueFd control;   // to the session
  base::UniqueFd terminal;  // with a terminal: a stream socket to the session
  base::UniqueFd out;       // without a terminal: the session reads it as stdout
  base::UniqueFd err;
  base::UniqueFd place;  // from Registry::TakeWatchersPlace
};

// The limits at which a watcher is dropped.
// A watcher that exceeds one is dropped with status 75.
struct WatchBounds {
  // Time in which the watcher reads nothing although there is output.
  std::chrono::milliseconds patience{10'000};
  std::uint64_t behind = 64UL << 20;  // bytes of output that the watcher is behind the run
};

class Watch {
 public:
  // `grant` proves that the policy allowed it; only the name of its person is kept.
  Watch(const authz::WatchGrant& grant, Watching watching, const WatchBounds& bounds,
        const base::Clock& clock);

  // The descriptors that the process must keep open.
  std::vector<int> fds() const;
  // Returns when the run has ended and its output is shown, or the watcher has left or is dropped.
  // To be called after the process is confined, because only this function reads.
  void Run();

 private:
  struct Sink {
    base::UniqueFd fd;
    std::string rest;  // not written yet
  };

  void Begin();
  void WatchSession();
  void OnControl();
  void OnInput();
  void Tick();
  void Move();
  bool MoveOne();
  void Deliver(const record::Output& output);
  bool WriteOut(Sink& sink);
  bool Flush();
  void Finish(int status, const std::string& text);
  void FinishWithRun();
  void Drop(int status, const std::string& text);
  void Leave();
  void Tell();
  std::string Restored(const std::string& text) const;
  Sink& SinkOf(record::Stream stream);

  Watching watching_;
  WatchBounds bounds_;
  const base::Clock& clock_;
  base::Loop loop_;
  std::array<Sink, 2> sinks_;  // the terminal; or stdout and stderr
  std::array<record::TerminalQueries, record::kStreamFiles.size()> queries_;
  std::optional<wire::Ended> end_;  // set when known; sent when all output is delivered
  base::MonotonicTime moved_;       // when the watcher last read, or had nothing to read
  base::Loop::TimerId again_ = 0;   // of Move
  bool on_terminal_;
  std::string person_;  // the owner of the run
  // By stream: skip the rest of a line whose beginning the history cuts off.
  std::array<bool, record::kStreamFiles.size()> cut_{};
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_WATCH_H_
