// PtyRelay: moves bytes between a pty's master and the session's stream socket, and records them.
// It holds a bounded number of bytes.
//
// It runs in the supervisor's loop and never blocks. At most 32 KiB are held in each direction,
// besides lines of the gateway. Bytes of output are recorded before they are delivered; what is
// typed while the terminal does not echo is not recorded, unless the rule asks for that.
#ifndef ONEOFF_GATEWAY_RUN_PTY_RELAY_H_
#define ONEOFF_GATEWAY_RUN_PTY_RELAY_H_

#include <cstddef>
#include <functional>
#include <string>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"

namespace run {

class PtyRelay {
 public:
  // Both descriptors must be non-blocking; `session` may be invalid: no client has the run yet.
  // `recording` may be null; the caller owns it. While it is
  // blocked, the relay neither reads nor delivers, until Resume. `on_bytes` is called after bytes
  // have moved in either direction. `on_passed` is called once, when HasPassedMark becomes true.
  // `on_done` is called once, when the terminal has ended and its
  // output is delivered, or no reader is left.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_passed;
    std::function<void()> on_done;
  };
  PtyRelay(base::Loop& loop, base::UniqueFd master, base::UniqueFd session,
           record::Writer* recording, Hooks hooks);
  PtyRelay(const PtyRelay&) = delete;
  PtyRelay& operator=(const PtyRelay&) = delete;
  ~PtyRelay();

  int master() const { return master_.get(); }
  // Before this call, a terminal that no process has open may still be opened again (/dev/tty). To
  // close the master then would hang up a command that is about to exit.
  void CommandEnded();
  // Whether the session has all that was in the terminal when the command ended.
  // "All that was in the terminal" is at most 64 KiB, more than the kernel holds.
  bool HasPassedMark() const;
  // Until Attach the terminal's output is read and dropped, so that the command does not wait.
  // Also closes the session's socket: the client gets end of file, and input is no longer read.
  void Discard();
  // A client has come: its session's socket replaces an earlier one.
  void Attach(base::UniqueFd session);
  // Sends a line of the gateway to the client. The line is not recorded, and is sent even while the
  // recording is blocked.
  void Say(const std::string& line);
  // To be called when the recording is no longer blocked.
  void Resume();
  // From now on a terminal without output counts as ended, even if a process still has it open.
  void EndWhenSilent();
  bool done() const { return !master_.valid(); }

 private:
  void WatchSession();
  bool blocked() const { return recording_ != nullptr && recording_->blocked(); }
  void RecordInput(std::string_view bytes);
  void FromMaster();
  // Linux reports EIO while no process has the slave open. Looks again after 100 ms.
  void Suspend();
  void DrainMaster();
  void FromSession();
  void FlushSaid();
  void FlushToSession();
  void FlushToMaster();
  void Rearm();
  void EndOfTerminal();
  void TellIfPassed();

  base::Loop& loop_;
  base::UniqueFd master_;
  base::UniqueFd session_;
  record::Writer* recording_;
  Hooks hooks_;
  std::string said_;                   // from the gateway, not delivered yet
  std::string to_session_;             // read from the master, not delivered yet
  std::string to_master_;              // read from the session, not delivered yet
  base::Loop::TimerId suspended_ = 0;  // no process has the terminal open: read again when it fires
  bool command_ended_ = false;
  bool terminal_ended_ = false;
  bool end_when_silent_ = false;
  std::size_t since_end_ = 0;  // bytes read since the command's end
  bool mark_is_read_ = false;  // all that was in the terminal then
  bool told_passed_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PTY_RELAY_H_
