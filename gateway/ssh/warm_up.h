// WarmUp: one connection of this process with itself, before the first real one.
//
// It proves that libssh asks the Seam and nobody else, and it fills the caches of OpenSSL and of
// the allocator, which every session then has from its birth (a third less CPU, half the memory).
#ifndef ONEOFF_GATEWAY_SSH_WARM_UP_H_
#define ONEOFF_GATEWAY_SSH_WARM_UP_H_

#include "base/result.h"
#include "gateway/ssh/server_options.h"

namespace ssh {

// Key exchange, authentication, a channel and a request, with throw-away keys. Fails if any of it
// does not pass through the Seam: then nobody may be let in.
base::Result<void> WarmUp(const ServerOptions& options);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_WARM_UP_H_
