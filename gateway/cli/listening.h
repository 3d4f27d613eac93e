// The sockets that the gateway listens on. The process that starts the gateway may hold them, so
// that they outlive it.
#ifndef ONEOFF_GATEWAY_CLI_LISTENING_H_
#define ONEOFF_GATEWAY_CLI_LISTENING_H_

#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"

namespace cli {

// Makes sockets on the configured addresses. Tells `log` of each address that cannot be had, such
// as one that no interface has yet, and goes on, as sshd(8) does. Fails if not one is left.
base::Result<std::vector<base::UniqueFd>> ListenOnConfigured(
    const config::GatewaySettings& settings, const base::Log& log);

// The sockets that `oneoff serve` or a socket unit has passed to this process (sd_listen_fds(3)).
// Empty if there are none; kInvalid if one is no listening socket.
// At most 64. They become CLOEXEC and non-blocking, and the variables are removed, so no child
// takes them for its own. To be called once, before this process opens other descriptors.
base::Result<std::vector<base::UniqueFd>> InheritedSockets();

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LISTENING_H_
