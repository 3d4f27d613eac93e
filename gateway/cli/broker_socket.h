// Connects the commands of `oneoff` to the broker on this host.
#ifndef ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_
#define ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"

namespace cli {

// Returns a connection to `name` in the folder of sockets: "broker.socket", which admits only the
// gateway and root, or "local.socket", which admits every user. The caller owns it. The error names
// the socket.
// The socket is SOCK_SEQPACKET, blocking and without a time limit. kNotFound if no broker has made
// it, kDenied if the caller may not connect; kSystem also if a socket is there and no process
// listens.
base::Result<base::UniqueFd> ConnectToBroker(const config::Paths& paths, const std::string& name);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_BROKER_SOCKET_H_
