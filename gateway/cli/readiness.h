// Telling the service manager that this process serves now (sd_notify(3)).
#ifndef ONEOFF_GATEWAY_CLI_READINESS_H_
#define ONEOFF_GATEWAY_CLI_READINESS_H_

#include <string>

namespace cli {

// READY=1 to $NOTIFY_SOCKET, which is forgotten: nothing that is started later may speak for this
// process. Does nothing where no manager waits for it.
void TellReady();

// The same for a process that tells more: STATUS=, beside READY=1.
class Manager {
 public:
  // Takes $NOTIFY_SOCKET, and forgets it as TellReady does.
  Manager();
  void Tell(const std::string& message) const;

 private:
  std::string path_;  // empty: no manager waits
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_READINESS_H_
