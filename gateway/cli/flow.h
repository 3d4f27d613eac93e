// Flow: bytes of one direction, between one of this process's own streams and a run.
//
// Its own streams are shared with whoever started it, and stay blocking: they are read and written
// when poll(2) says that this does not block, and no more than does not.
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
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_end;   // the source has ended, and everything has arrived
    std::function<void()> on_gone;  // the sink takes no more; nothing is read any further
    // The errno of a read that failed, instead of on_end; or of a write that failed though somebody
    // is there, before on_gone. May be empty.
    std::function<void(int error)> on_failure = {};
  };

  // The descriptors stay the caller's and outlive this, or its Stop.
  Flow(base::Loop& loop, int source, int sink, Hooks hooks);
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow() { Stop(); }

  // Neither descriptor is looked at any more.
  void Stop();
  // From now on a source (non-blocking) with nothing to say has ended.
  void EndWhenSilent();
  // From now on what comes is thrown away.
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
  std::size_t most_;  // bytes that one write gives the sink
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
