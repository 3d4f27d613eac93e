// How a session tells the front how many bytes of its client's it holds, and how the front answers
// that the session has to end. Each message is one packet of a SOCK_SEQPACKET socket.
#ifndef ONEOFF_GATEWAY_WIRE_HELD_BYTES_H_
#define ONEOFF_GATEWAY_WIRE_HELD_BYTES_H_

#include <cstdint>

namespace wire {

// From the session: the bytes that it holds.
using HeldBytes = std::uint32_t;

// To the session: the bound that the sessions of its person, or of its source, exceed together.
enum class HeldBound : std::uint8_t { kPerson = 1, kSource = 2 };

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_HELD_BYTES_H_
