// The sockets of the broker that runs on this host, as its commands reach them.
#ifndef ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_
#define ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"

namespace cli {

// Connected to `name` in the folder of sockets: "broker.socket", which takes the gateway and root
// only, or "local.socket", which takes everybody. The error names the socket.
base::Result<base::UniqueFd> ConnectToBroker(const config::Paths& paths, const std::string& name);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_
