// SessionEnding: how a session's process ends, as its exit status tells the gateway. A signal is a
// crash; any other status is an exception that nobody expected.
#ifndef ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_
#define ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_

namespace wire {

enum class SessionEnding {
  kDone = 0,      // somebody was logged in
  kBroken = 1,    // for a reason of ours: confinement, the monitor
  kNoLogin = 10,  // the client spoke, and left before it was logged in
  kSilent = 11,   // the client left without a byte: a health probe
  kGrace = 12,    // the client did not log in in time
};

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_SESSION_ENDING_H_
