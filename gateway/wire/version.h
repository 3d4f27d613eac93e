// The version of the messages between the processes.
#ifndef ONEOFF_GATEWAY_WIRE_VERSION_H_
#define ONEOFF_GATEWAY_WIRE_VERSION_H_

namespace wire {

// The version of the hello between gateway and broker, and of a run's control socket. Later
// versions only add fields.
// To be raised only when a member is removed or means something else; then gateway and broker have
// to be restarted together.
inline constexpr int kVersion = 1;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_VERSION_H_
