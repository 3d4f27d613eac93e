// Supervisor: watches over one run, from the command's start until nothing of it is left.
//
// It outlives the session, the monitor and the broker. It records what passes; it parses nothing
// that passes between client and command; it hears the session's few words on the control socket,
// and ends the run when its time is over, its client gone or the service stopped: HUP to the
// foreground, then TERM, then KILL to the whole tree.
//
// It keeps the write end of the command's stdin open until the session says that the client closed
// it: a lost session is never an end of file, and any signal comes first.
#ifndef ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
#define ONEOFF_GATEWAY_RUN_SUPERVISOR_H_

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "base/child.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"
#include "gateway/run/pipe_relay.h"
#include "gateway/run/pty_relay.h"
#include "gateway/run/recorder.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"

namespace run {

// The supervisor's ends. With a pty: master and terminal; without: the command's pipes, and what
// the session has the other ends of.
struct Streams {
  base::UniqueFd master;
  base::UniqueFd terminal;
  base::UniqueFd in;          // to write
  base::UniqueFd out;         // to read
  base::UniqueFd err;         // to read
  base::UniqueFd client_in;   // to read; none: the session writes to the command itself
  base::UniqueFd client_out;  // to write
  base::UniqueFd client_err;  // to write
};

struct Bounds {
  std::optional<std::chrono::milliseconds> time;  // of the whole run
  std::optional<std::chrono::milliseconds> idle;  // without a byte in either direction
  int hangup = SIGHUP;                            // the first signal to a run that is ended
  std::chrono::milliseconds term_after{5000};     // from that to TERM
  std::chrono::milliseconds kill_after{5000};     // from TERM to KILL
  std::chrono::milliseconds pause{
      60'000};                             // that a recording which cannot be written is waited for
  std::chrono::milliseconds linger{2000};  // from the command's end to TERM for what it left behind
};

struct Supervised {
  std::string label;  // "shop+v42 run 7k2m9xqd": how messages name the run
  base::Child command;
  std::optional<Entry> entry;
  base::UniqueFd control;
  Streams streams;
  std::optional<record::Writer> recording;  // nullopt: none is made
  bool may_go_on_unrecorded = false;        // when the recording has reached its bound
  Bounds bounds;
  base::UniqueFd lease;  // release::TakeLease's: held until the run's end; may be none
};

class Supervisor {
 public:
  // The process must be a child subreaper with SIGCHLD and SIGTERM blocked. SIGTERM stops the run.
  Supervisor(Supervised run, const base::Clock& clock);

  // Until the command and all that came from it have ended and their output is delivered.
  Ending Run();

 private:
  void WatchSignals();
  void WatchControl();
  void ConnectStreams();
  void OnControl();
  void Handle(const wire::Resize& message);
  void Handle(const wire::SignalRequest& message);
  void Handle(const wire::CloseStream& message);
  void Handle(const wire::ClientGone& message);
  void Handle(const wire::Active& message);

  void ArmIdle();
  void End(How how);
  void SignalForeground(int signal);
  void SignalTree(int signal);
  void KillUntilGone();
  void DiscardOutput();
  void CloseControl();

  void Reap();
  void OnCommandEnded(int wait_status);
  void OnTreeGone();
  void LookForLeftovers();
  void EndLeftovers();
  void OnMoved();
  void OnRecordingResumed();
  void OnRecordingFailed();
  void OnRecordingFull();
  void Say(const std::string& what);
  bool HasPassedEverything() const;
  void TellIfPassed();
  void Tell();
  void FinishIfOver();

  Supervised run_;
  const base::Clock& clock_;
  base::Loop loop_;
  base::UniqueFd signals_;
  Recorder recorder_;
  std::optional<PtyRelay> relay_;
  std::optional<PipeRelay> in_;
  std::optional<PipeRelay> out_;
  std::optional<PipeRelay> err_;
  pid_t leader_;  // the command; leads its session and process group
  std::optional<How> ending_as_;
  std::optional<Ending> ending_;
  base::Loop::TimerId idle_timer_ = 0;
  std::string leftovers_;  // what the person is told of processes that outlive the command
  bool looking_ = false;   // whether some do: the session is told of the end after that
  bool told_ = false;      // the session, of the end
  bool client_gone_ = false;
  bool tree_gone_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
