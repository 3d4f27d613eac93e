// Tells the service manager that this process is ready (sd_notify(3)).
#ifndef ONEOFF_GATEWAY_CLI_READINESS_H_
#define ONEOFF_GATEWAY_CLI_READINESS_H_

#include <string>

namespace cli {

// Sends READY=1 to $NOTIFY_SOCKET, and unsets the variable so that no later child can speak for
// this process. Does nothing if no manager waits.
// Never blocks, and ignores errors: the manager then reports that the process never got ready.
void TellReady();

// For a process that also sends STATUS=.
class Manager {
 public:
  // Takes $NOTIFY_SOCKET from the environment, as TellReady does.
  Manager();
  // As sd_notify(3) takes it: lines such as "STATUS=...".
  void Tell(const std::string& message) const;

 private:
  std::string path_;  // empty: no manager waits
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_READINESS_H_
