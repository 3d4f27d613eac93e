// AppRun: the client side of a gateway's run in this process, as a session is for an SSH client.
//
// It moves bytes between its own three streams (or its terminal) and the run's, passes on signals
// and the terminal's size, and waits until the supervisor says how the run ended.
//
// The process is the caller's own, with the caller's rights; the supervisor on the other side
// trusts none of its messages. Signals that the caller ignores (nohup(1)) stay ignored.
#ifndef ONEOFF_GATEWAY_CLI_APP_RUN_H_
#define ONEOFF_GATEWAY_CLI_APP_RUN_H_

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/cli/callers_terminal.h"
#include "gateway/cli/flow.h"
#include "gateway/ssh/control.h"
#include "gateway/wire/messages.h"

namespace cli {

class AppRun {
 public:
  // `started` and `fds` came in one message; AppRun owns the descriptors. `clock` outlives the
  // object. Blocks SIGWINCH, INT, TERM, HUP, QUIT, USR1 and USR2 and passes all but the first on.
  // kInvalid if the number of descriptors does not fit the message; else the error with which they
  // or the signals cannot be set up. The supervisor then hangs the run up.
  static base::Result<std::unique_ptr<AppRun>> Create(const wire::Started& started,
                                                      std::vector<base::UniqueFd> fds,
                                                      const base::Clock& clock);
  AppRun(const AppRun&) = delete;
  AppRun& operator=(const AppRun&) = delete;
  ~AppRun();

  // Blocks until the run has ended and its output is delivered; returns its status. Restores the
  // terminal before it returns; the destructor restores the signal mask.
  // An error of this process's own stdin hangs the run up; one of stdout or stderr is reported, and
  // the status is 70 if it would be 0. 129: the terminal has gone. To be called once.
  int Run();

 private:
  AppRun(base::UniqueFd control, std::vector<base::UniqueFd> streams, bool pty,
         const base::Clock& clock);

  base::Result<void> WatchSignals();
  void OnSignal();
  void Connect();
  void OnInputEnd();
  void OnGone(std::optional<Flow>& flow, wire::Stream stream);
  void OnInputFailure(int error);
  void Settle();
  // Tells the supervisor that the client left. The run is then ended there.
  void Leave();

  base::Loop loop_;
  std::vector<base::UniqueFd> streams_;  // the run's streams, without its control socket
  bool pty_;
  CallersTerminal terminal_;
  std::optional<Flow> in_;
  std::optional<Flow> out_;
  std::optional<Flow> err_;
  ssh::Control control_;
  sigset_t before_{};
  base::UniqueFd signals_;
  bool lingering_ = false;
  bool left_ = false;
  std::string failure_;  // an error of one of this process's own streams
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_APP_RUN_H_
