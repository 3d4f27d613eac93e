// Telling the service manager that this process serves now (sd_notify(3)).
#ifndef ONEOFF_GATEWAY_CLI_READINESS_H_
#define ONEOFF_GATEWAY_CLI_READINESS_H_

namespace cli {

// READY=1 to $NOTIFY_SOCKET, which is forgotten: nothing that is started later may speak for this
// process. Does nothing where no manager waits for it.
void TellReady();

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_READINESS_H_
