// SessionSockets: new descriptors between a session and the process that shows it an existing run:
// a watch, a log, or the run's supervisor.
#ifndef ONEOFF_GATEWAY_LAUNCHER_SESSION_SOCKETS_H_
#define ONEOFF_GATEWAY_LAUNCHER_SESSION_SOCKETS_H_

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/launcher/asked.h"

namespace launcher {

struct SessionSockets {
  base::FdPair control;                 // the session's end, the process's
  base::UniqueFd terminal;              // the process's end of a terminal's stream
  base::UniqueFd out;                   // the process writes the session's stdout to it
  base::UniqueFd err;                   // and its stderr
  std::vector<base::UniqueFd> session;  // the session's ends, after control.first, in wire order

  // With a terminal, or with pipes. No process reads what the client sends to the pipes.
  static base::Result<SessionSockets> Make(bool with_terminal);
  // Sends wire::Started of the run, with the session's ends, and tells the broker.
  void Start(const Asked& asked, const std::string& run) const;
};

// Gives the session its ends of a run: its control socket, then `session` in wire order. Tells the
// broker that the request is answered.
void SendStarted(const Asked& asked, const std::string& run, const base::UniqueFd& control,
                 const std::vector<base::UniqueFd>& session);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_SESSION_SOCKETS_H_
