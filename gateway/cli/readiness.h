// Tells the service manager that this process is ready (sd_notify(3)).
#ifndef ONEOFF_GATEWAY_CLI_READINESS_H_
#define ONEOFF_GATEWAY_CLI_READINESS_H_

#include <string>

namespace cli {

// Sends READY=1 to $NOTIFY_SOCKET, and unsets the variable so that no later child can speak for
// this process. Does nothing if no manager waits.
void TellReady();

// For a process that also sends STATUS=.
class Manager {
 public:
  // Takes $NOTIFY_SOCKET from the environment, as TellReady does.
  Manager();
  void Tell(const std::string& message) const;

 private:
  std::string path_;  // empty: no manager waits
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_READINESS_H_
