// TcpState: what the kernel counts of a TCP connection (TCP_INFO of tcp(7)). It is known without
// reading a byte of the client's.
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

// nullopt if `socket` is no TCP connection, or the kernel does not count its bytes (before 4.19).
std::optional<TcpState> TcpStateOf(int socket);

// Of the bytes that a connection has received, those that were read before now.
std::uint64_t BytesReadOf(int socket);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_TCP_STATE_H_
