// Flow: carries the bytes of one direction between one of this process's own streams and a run.
//
// The process shares its own streams with its caller, so they stay blocking. Flow reads and writes
// them only when poll(2) says that this does not block, and only as much as does not.
//
// It holds at most 64 KiB. A pipe that is not non-blocking takes PIPE_BUF bytes a time, because
// poll(2) promises no more (pipe(7)).
#ifndef ONEOFF_GATEWAY_CLI_FLOW_H_
#define ONEOFF_GATEWAY_CLI_FLOW_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "base/loop.h"

namespace cli {

class Flow {
 public:
  // The loop calls them; EndWhenSilent may, too. After on_end, or after a failed read, none
  // follows.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_end;   // the source has ended, and the sink has every byte
    std::function<void()> on_gone;  // the sink takes no more; Flow reads no further
    // The errno of a failed read, instead of on_end; or of a failed write other than EPIPE, before
    // on_gone. May be empty.
    std::function<void(int error)> on_failure = {};
  };

  // The descriptors stay the caller's and outlive this object or its Stop.
  Flow(base::Loop& loop, int source, int sink, Hooks hooks);
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow() { Stop(); }

  // From now on Flow touches neither descriptor.
  void Stop();
  // From now on, a read that finds no byte ends the flow. The source is non-blocking.
  void EndWhenSilent();
  // From now on Flow reads bytes and drops them.
  void Discard();
  bool done() const { return done_; }

 private:
  void Read();
  void Write();
  void Rearm();
  void End();

  base::Loop& loop_;
  int source_;
  int sink_;
  std::size_t most_;  // the most bytes in one write(2)
  Hooks hooks_;
  std::string rest_;  // read, and not yet written from position_ on
  std::size_t position_ = 0;
  bool ended_ = false;
  bool end_when_silent_ = false;
  bool discard_ = false;
  bool done_ = false;
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_FLOW_H_
