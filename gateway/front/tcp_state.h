// TcpState: the kernel's counters of a TCP connection (TCP_INFO, tcp(7)). The gateway can ask for
// them without reading a byte from the client.
#ifndef ONEOFF_GATEWAY_FRONT_TCP_STATE_H_
#define ONEOFF_GATEWAY_FRONT_TCP_STATE_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace front {

struct TcpState {
  std::uint64_t received = 0;                   // bytes; a FIN counts as one
  std::uint64_t sent = 0;                       // bytes
  std::chrono::milliseconds since_received{0};  // since the last byte, or since the connection
};

// nullopt if `socket` is no TCP connection, or if the kernel is older than 4.19 and counts no
// bytes.
// The values are those of the kernel at that moment. It does not block.
std::optional<TcpState> TcpStateOf(int socket);

// How many bytes of the connection the process has read so far.
// 0 if TcpStateOf knows nothing. Bytes that are waiting in the receive buffer (FIONREAD) do not
// count.
std::uint64_t BytesReadOf(int socket);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_TCP_STATE_H_
