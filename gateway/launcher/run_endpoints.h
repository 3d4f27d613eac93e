// RunEndpoints: every pipe, pty and socket of one run, before its command is launched.
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
  base::FdPair control;                 // the session's end, the supervisor's end
  std::vector<base::UniqueFd> session;  // what the session gets behind its control socket, in order
  std::vector<base::UniqueFd> command;  // closed here once the command has them
  release::Stdio stdio;                 // those of `command`, by their use

  // A pty as asked for, whose device belongs to `owner`; pipes if `pty` is null.
  static base::Result<RunEndpoints> Connect(const wire::PtyRequest* pty, uid_t owner);

  // Puts a line into the terminal's output, or without one into stderr, ahead of everything else.
  void Greet(const std::string& line) const;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_ENDPOINTS_H_
