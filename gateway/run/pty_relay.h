// PtyRelay: bytes between a pty's master and the session's stream socket, a bounded amount at a
// time, recorded on their way.
#ifndef ONEOFF_GATEWAY_RUN_PTY_RELAY_H_
#define ONEOFF_GATEWAY_RUN_PTY_RELAY_H_

#include <functional>
#include <string>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"

namespace run {

class PtyRelay {
 public:
  // Both descriptors are non-blocking. `recording` is the caller's, or null; while it is blocked,
  // nothing is read and nothing that was read is delivered, until Resume. `on_bytes` is called
  // after bytes have moved, either way; `on_done` once, when the terminal has ended and all its
  // output is delivered (or nobody is left to read it).
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_done;
  };
  PtyRelay(base::Loop& loop, base::UniqueFd master, base::UniqueFd session,
           record::Writer* recording, Hooks hooks);
  PtyRelay(const PtyRelay&) = delete;
  PtyRelay& operator=(const PtyRelay&) = delete;
  ~PtyRelay();

  int master() const { return master_.get(); }
  // Until the command has ended, a terminal that no process has open may be opened again
  // (/dev/tty), and closing its master would hang up a command that is just about to exit.
  void CommandEnded();
  // From now on what the terminal says is read and thrown away, so that the command does not wait
  // for it.
  void Discard();
  // A line of the gateway's own for the client: not recorded, and also while the recording is
  // blocked.
  void Say(const std::string& line);
  // The recording is no longer blocked.
  void Resume();
  // From now on a terminal with nothing to say has ended, though somebody may still hold it open.
  void EndWhenSilent();
  bool done() const { return !master_.valid(); }

 private:
  bool blocked() const { return recording_ != nullptr && recording_->blocked(); }
  void RecordInput(std::string_view bytes);
  void FromMaster();
  void Suspend();
  void DrainMaster();
  void FromSession();
  void FlushSaid();
  void FlushToSession();
  void FlushToMaster();
  void Rearm();
  void EndOfTerminal();

  base::Loop& loop_;
  base::UniqueFd master_;
  base::UniqueFd session_;
  record::Writer* recording_;
  Hooks hooks_;
  std::string said_;                   // by the gateway, not yet delivered
  std::string to_session_;             // read from the master, not yet delivered
  std::string to_master_;              // read from the session, not yet delivered
  base::Loop::TimerId suspended_ = 0;  // nobody has the terminal open: not looked at until then
  bool command_ended_ = false;
  bool terminal_ended_ = false;
  bool end_when_silent_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PTY_RELAY_H_
