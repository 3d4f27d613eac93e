// Watch: shows somebody what another run prints, from its recording, as it comes. Nothing that they
// type reaches the run, and the run does not wait for them: they have a process of their own.
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

// How much of what was printed before is shown first. Bytes.
inline constexpr std::uint64_t kWatchHistory = 64UL * 1024;

// All descriptors are non-blocking.
struct Watching {
  std::string label;  // "shop+v42 run 7k2m9xqd": how messages name the run
  View view;
  record::Follower follower;
  base::UniqueFd control;   // towards the session
  base::UniqueFd terminal;  // with a terminal: a stream socket towards the session
  base::UniqueFd out;       // without: what it reads as stdout and stderr
  base::UniqueFd err;
  base::UniqueFd place;  // Registry::TakeWatchersPlace's
};

// What a watcher is dropped for.
struct WatchBounds {
  std::chrono::milliseconds patience{10'000};  // without taking a byte of what there is
  std::uint64_t behind = 64UL << 20;           // bytes of output behind the run
};

class Watch {
 public:
  // SIGTERM must be blocked; it ends the watching.
  Watch(const authz::WatchGrant& grant, Watching watching, const WatchBounds& bounds,
        const base::Clock& clock);

  // What the process has to keep open.
  std::vector<int> fds() const;
  // Until the run has ended and all it printed is shown, or the watcher is gone or dropped. The
  // process is confined by now: only here is anything read.
  void Run();

 private:
  struct Sink {
    base::UniqueFd fd;
    std::string rest;  // not yet written
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
  base::UniqueFd signals_;
  std::array<Sink, 2> sinks_;  // the terminal, or stdout and stderr
  std::array<record::TerminalQueries, record::kStreamFiles.size()> queries_;
  std::optional<wire::Ended> end_;  // once it is known; told when everything is delivered
  base::MonotonicTime moved_;       // when something was taken, or nothing was there to take
  base::Loop::TimerId again_ = 0;   // of Move
  bool on_terminal_;
  std::string person_;  // whose run it is
  // The rest of a line that the history cuts is not shown. By stream.
  std::array<bool, record::kStreamFiles.size()> cut_{};
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_WATCH_H_
