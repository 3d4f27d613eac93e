// What the front and a session process agree on: the sockets that the process is born with, its
// report of the bytes that it holds, and the exit status with which it ends.
#ifndef ONEOFF_GATEWAY_WIRE_SESSION_PROCESS_H_
#define ONEOFF_GATEWAY_WIRE_SESSION_PROCESS_H_

#include <cstdint>

#include "base/unique_fd.h"

namespace wire {

// Owned by the session process; the gateway has the other ends.
struct SessionSockets {
  // Non-blocking. The gateway keeps a duplicate until the first key exchange is signed.
  base::UniqueFd client;   // the client's TCP connection
  base::UniqueFd monitor;  // SOCK_SEQPACKET, to the session's monitor
  base::UniqueFd held;     // SOCK_SEQPACKET, to the front; invalid: the session reports nothing
};

// On `held`, one a packet. From the session: the bytes that it holds of what its client sent.
// In native byte order: both ends are one program. Rounded up to 256 KiB (ssh::HeldReport).
using HeldBytes = std::uint32_t;
// The front's answer: the session has to end, because the sessions of its person, or of its source,
// hold more together than this bound.
// One byte. It is the last packet to the session, and may come only once.
enum class HeldBound : std::uint8_t { kPerson = 1, kSource = 2 };

// The exit status. A signal means a crash, any other status an unexpected exception.
// Penalties depend on it. A session that a client has taken over may lie here, about that client
// only.
enum class SessionEnding {
  kDone = 0,      // a person was logged in
  kBroken = 1,    // for a reason on our side: confinement, the monitor
  kNoLogin = 10,  // the client sent bytes, and left before a login
  kSilent = 11,   // the client left without a byte, as a health probe does
  kGrace = 12,    // the client did not log in in time
};

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_SESSION_PROCESS_H_
