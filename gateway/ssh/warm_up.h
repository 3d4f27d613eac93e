// WarmUp: this process connects to itself once, before the first real connection.
//
// That proves that libssh asks the Seam for every signature and decision. It also fills the caches
// of OpenSSL and of the allocator, which each forked session inherits (a third less CPU, half the
// memory).
#ifndef ONEOFF_GATEWAY_SSH_WARM_UP_H_
#define ONEOFF_GATEWAY_SSH_WARM_UP_H_

#include "base/result.h"
#include "gateway/ssh/server_options.h"

namespace ssh {

// Makes a key exchange, an authentication, a channel and a request with throw-away keys. kSystem if
// any of them bypasses the Seam; then the gateway must not serve.
// It makes a UNIX socket pair and plays both sides in turn, without another process or a network.
// If a call bypasses the Seam, the message counts the calls that reached it. No other Seam may be
// in use meanwhile.
base::Result<void> WarmUp(const ServerOptions& options);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_WARM_UP_H_
