// SessionEnding: how a session process ended, as the gateway reads it from the exit status. A
// signal means a crash, any other status an unexpected exception.
#ifndef ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_
#define ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_

namespace wire {

enum class SessionEnding {
  kDone = 0,      // a person was logged in
  kBroken = 1,    // for a reason on our side: confinement, the monitor
  kNoLogin = 10,  // the client sent bytes, and left before a login
  kSilent = 11,   // the client left without a byte, as a health probe does
  kGrace = 12,    // the client did not log in in time
};

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_
