// RunEndpoints: all pipes, sockets and the pty of one run. They exist before the command starts.
//
// All descriptors are CLOEXEC; release::Launch gives the command its copies. Data of a run without
// a terminal passes three pairs of pipes, through the supervisor, which counts and records it; with
// a terminal, the pty and one socket pair.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RUN_ENDPOINTS_H_
#define ONEOFF_GATEWAY_LAUNCHER_RUN_ENDPOINTS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/run/supervisor.h"
#include "gateway/wire/messages.h"
#include "release/launch.h"

namespace launcher {

struct RunEndpoints {
  run::Streams supervisor;
  base::FdPair control;                 // first: the session's end; second: the supervisor's end
  std::vector<base::UniqueFd> session;  // sent to the session after its control socket, in order
  std::vector<base::UniqueFd> command;  // to be closed here once the command has its copies
  release::Stdio stdio;                 // the descriptors of `command`, by their use

  // Who takes part from the start. Without a client there is no control socket and nothing for a
  // session; stdin is /dev/null.
  enum class Client { kAttached, kDetached };

  // Makes a pty as the client requests it, owned by `owner`, in `devpts` (see run::OpenPty); makes
  // pipes if `pty` is null.
  // Errors are those of pipe(2), socketpair(2), fchown(2) and run::OpenPty. What exists by then is
  // closed. Pipes are given to `owner`, so that a command can open /dev/stdout anew.
  static base::Result<RunEndpoints> Connect(const wire::PtyRequest* pty, uid_t owner, int devpts,
                                            Client client);

  // Writes `line` to the terminal, or to stderr if there is none, ahead of all other output.
  // Adds the line's end, CR LF for a terminal. Call before the command writes.
  void Greet(const std::string& line);
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_ENDPOINTS_H_
