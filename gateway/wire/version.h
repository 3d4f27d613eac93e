// The version of what the processes say to each other.
#ifndef ONEOFF_GATEWAY_WIRE_VERSION_H_
#define ONEOFF_GATEWAY_WIRE_VERSION_H_

namespace wire {

// The version of the hello between gateway and broker and of a run's control socket. Fields are
// only added.
inline constexpr int kVersion = 1;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_VERSION_H_
