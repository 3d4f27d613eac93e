// Supervisor: watches over one run, from the command's start until nothing of it is left.
//
// It outlives the session, the monitor and the broker. It parses nothing that passes between client
// and command; it hears the session's few words on the control socket, and ends the run when its
// time is over, its client gone or the service stopped: HUP to the foreground, then TERM, then KILL
// to the whole tree.
//
// It keeps the write end of the command's stdin open until the session says that the client closed
// it: a lost session is never an end of file, and any signal comes first.
#ifndef ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
#define ONEOFF_GATEWAY_RUN_SUPERVISOR_H_

#include <chrono>
#include <optional>
#include <string>

#include "base/child.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/run/registry.h"
#include "gateway/run/relay.h"
#include "gateway/wire/messages.h"

namespace run {

// The supervisor's ends. With a pty: master and terminal; without: copies of the session's pipe
// ends.
struct Streams {
  base::UniqueFd master;
  base::UniqueFd terminal;
  base::UniqueFd in;   // to write
  base::UniqueFd out;  // to read
  base::UniqueFd err;  // to read
};

struct Bounds {
  std::optional<std::chrono::milliseconds> time;  // of the whole run
  std::optional<std::chrono::milliseconds> idle;  // without a byte in either direction
  std::chrono::milliseconds term_after{5000};     // from HUP to TERM
  std::chrono::milliseconds kill_after{5000};     // from TERM to KILL
  std::chrono::milliseconds linger{2000};  // from the command's end to TERM for what it left behind
};

struct Supervised {
  std::string label;  // "shop+v42 run 7k2m9xqd": how messages name the run
  base::Child command;
  std::optional<Entry> entry;
  base::UniqueFd control;
  Streams streams;
  Bounds bounds;
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
  void Tell();
  void FinishIfOver();

  Supervised run_;
  const base::Clock& clock_;
  base::Loop loop_;
  base::UniqueFd signals_;
  std::optional<Relay> relay_;
  pid_t leader_;  // the command; leads its session and process group
  std::optional<How> ending_as_;
  std::optional<Ending> ending_;
  base::Loop::TimerId idle_timer_ = 0;
  bool client_gone_ = false;
  bool tree_gone_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_SUPERVISOR_H_
