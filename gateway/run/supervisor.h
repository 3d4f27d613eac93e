// Supervisor: watches over one run, from the command's start until its last process has ended.
//
// It outlives the session, the monitor and the broker. It records the bytes between client and
// command and parses none of them. It reads a few messages from the session on the control socket.
// It ends the run when the run's time is over, a person or the service stops it, or the client has
// gone for good: the hang-up signal to the foreground, then SIGTERM and SIGKILL to the whole tree.
//
// A run may outlive its connection: on_disconnect says what follows when the client leaves or is
// lost. A launcher attaches a later client over the management socket (management.h).
//
// It keeps the write end of the command's stdin open until the session reports the client's end of
// file. So a lost session never looks like an end of file, and a signal always comes first.
//
// The process was the launcher: role::Assume has made it the recorder's user with CAP_KILL, a list
// of system calls and /proc to read. It can open no recording and no registry; it writes to
// descriptors that it has. A client that does not read makes the command wait, never the
// supervisor.
#ifndef ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
#define ONEOFF_GATEWAY_RUN_SUPERVISOR_H_

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "config/on_disconnect.h"
#include "gateway/record/writer.h"
#include "gateway/run/management.h"
#include "gateway/run/output_log.h"
#include "gateway/run/recorder.h"
#include "gateway/run/registry.h"
#include "gateway/run/run_streams.h"
#include "gateway/wire/messages.h"

namespace run {

// gateway.json and the app's file give the values.
struct Bounds {
  std::optional<std::chrono::milliseconds> time;  // of the whole run
  std::optional<std::chrono::milliseconds> idle;  // without a byte in either direction
  int hangup = SIGHUP;                            // the first signal when the supervisor ends a run
  std::chrono::milliseconds term_after{5000};     // from the first signal to SIGTERM
  std::chrono::milliseconds kill_after{5000};     // from SIGTERM to SIGKILL
  std::chrono::milliseconds pause{
      60'000};  // how long a recording may stay unwritable before the run is ended
  // From the command's end to SIGTERM for processes that outlive it.
  std::chrono::milliseconds linger{2000};
  config::Disconnect left = {};  // what follows when the client that started the run leaves
  config::Disconnect lost = {};  // and when the connection of any client is lost
};

// The first process of a private run's pid namespace. What the command leaves behind there becomes
// its child.
struct Init {
  pid_t pid = 0;  // a child of the supervisor; 0: the run is not private
  // While it is open, the process stays; then it ends with the last other process of the namespace.
  base::UniqueFd hold = {};
};

struct Supervised {
  std::string label;  // "shop+v42 run 7k2m9xqd": how messages name the run
  base::Child command;
  std::optional<Entry> entry;
  base::UniqueFd signals;  // from OpenSupervisorsSignals
  base::UniqueFd control;  // to the session; invalid: the run is started detached
  Streams streams;
  std::optional<record::Writer> recording;  // nullopt if the run is not recorded
  bool may_go_on_unrecorded = false;        // when the recording has reached its limit
  Bounds bounds;
  wire::Manager starter;                 // who started the run
  base::UniqueFd management = {};        // ManagementFolder::Listen; invalid: nothing is served
  std::optional<OutputLog> output = {};  // of a run without a terminal that may go on alone
  base::UniqueFd lease;  // from release::TakeLease; held until the run's end; may be invalid
  Init init = {};
};

// SIGCHLD and SIGTERM, which the process must have blocked. Opened before the command starts: a
// supervisor that learned of neither could not end its run. kUnavailable if descriptors or memory
// are short.
base::Result<base::UniqueFd> OpenSupervisorsSignals();

// Usage, in the launcher's process:
//    run::Supervisor supervisor(std::move(supervised), clock);
//    supervisor.Run();  // the run's whole life
class Supervisor {
 public:
  // The process must be a child subreaper (prctl(2)) with SIGCHLD and SIGTERM blocked. SIGTERM ends
  // the run.
  Supervisor(Supervised run, const base::Clock& clock);

  // Returns when the command and all its descendants have ended and their output is delivered.
  // Blocks for the run's life. The ending is also in the registry's file, if there is an entry; in
  // memory it is complete only if the loop ended as it should.
  Ending Run();

 private:
  void WatchSignals();
  // `control` is the socket to the session of the client that has the run from now on.
  void WatchControl(base::UniqueFd control);
  // End of file and a malformed message mean the same: the session is lost.
  void OnControl();
  void Handle(const wire::Resize& message);
  // RFC 4254 6.9. Unknown names are ignored; the foreground gets the signal.
  void Handle(const wire::SignalRequest& message);
  void Handle(const wire::CloseStream& message);
  void Handle(const wire::ClientGone& message);
  void Handle(const wire::Active& message);
  void Handle(const wire::Confirmed& message);

  // The requests of the management socket.
  wire::RunAnswer OnAttach(const wire::Attach& request, std::vector<base::UniqueFd> fds);
  wire::RunAnswer OnDetach(const wire::Detach& request);
  wire::RunAnswer OnStop(const wire::Stop& request);
  // Why a client with so many descriptors cannot attach now; empty if it can.
  std::string WhyNotAttach(const wire::Attach& request, std::size_t fds) const;
  // Ends the request of the client that has the run, if there is one; the run goes on.
  void SendAway(const std::string& why);
  // No client has the run any more. `keep` (kKeep or kContinue) says what follows.
  void GoOnAlone(const config::Disconnect& keep, bool lost);
  // What follows when the client has gone.
  config::Disconnect WhatFollows(wire::Departure how) const;
  void WriteAttachment(bool lost, std::uint64_t until_ms);

  // Does nothing without an idle limit.
  void ArmIdle();
  // Only the first call counts, and none after the command's end.
  void End(How how);
  // The command's process group, and the terminal's foreground group if it is another one of the
  // session. A hang-up signal is followed by SIGCONT.
  void SignalForeground(int signal);
  // Every descendant, found in /proc; SIGCONT follows, except after SIGKILL.
  void SignalTree(int signal);
  // SIGKILL every 50 ms, because a fork can escape one round.
  void KillUntilGone();
  void CloseControl();

  // Any child: the command, init, and orphans that became this subreaper's.
  void Reap();
  void OnCommandEnded(int wait_status);
  void OnTreeGone();
  std::vector<std::string> NamesOfLeftovers() const;
  // Names, for the person, the processes that outlive the command by 100 ms.
  void LookForLeftovers();
  // After `linger`: SIGTERM, then SIGKILL after kill_after.
  void EndLeftovers();
  void OnMoved();
  void OnRecordingResumed();
  void OnRecordingFailed();
  void OnRecordingFull();
  void Say(const std::string& what);
  void TellIfPassed();
  void Tell();
  void FinishIfOver();

  Supervised run_;
  const base::Clock& clock_;
  base::Loop loop_;
  Recorder recorder_;
  RunStreams streams_;
  Management management_;
  wire::Manager client_;  // who has the run, or had it last
  bool attached_;         // a client has the run
  int attachments_ = 0;   // since the start
  How gone_as_ = How::kLost;
  base::Loop::TimerId keep_timer_ = 0;             // ends the run if no client attaches
  std::optional<base::MonotonicTime> keep_until_;  // when it fires
  std::optional<std::chrono::milliseconds> kept_;  // its rest when a client last stopped it
  std::string stopped_by_;                         // "alice from 192.0.2.7"
  pid_t leader_;  // the command; it leads its session and process group
  std::optional<How> ending_as_;
  std::optional<Ending> ending_;
  base::Loop::TimerId idle_timer_ = 0;
  std::string leftovers_;  // for the person: the processes that outlive the command
  bool looking_ = false;   // for such processes; the session learns of the end after that
  bool told_ = false;      // the session knows of the end
  bool killing_ = false;   // a person has asked for SIGKILL
  bool tree_gone_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
