// The sockets that the gateway listens on: whoever starts it may hold them, so that they outlive
// it.
#ifndef ONEOFF_GATEWAY_CLI_LISTENING_H_
#define ONEOFF_GATEWAY_CLI_LISTENING_H_

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"

namespace cli {

// New sockets on the configured addresses, or none at all.
base::Result<std::vector<base::UniqueFd>> ListenOnConfigured(
    const config::GatewaySettings& settings);

// The sockets that this process was started with (sd_listen_fds(3)): by `oneoff serve` or by a
// socket unit. Empty if there are none.
base::Result<std::vector<base::UniqueFd>> InheritedSockets();

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LISTENING_H_
