#include "gateway/front/tcp_state.h"

// Not <netinet/tcp.h>: glibc 2.36's tcp_info ends before tcpi_bytes_received.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

namespace front {

std::optional<TcpState> TcpStateOf(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      // An older kernel fills in less of the structure.
      size < offsetof(tcp_info, tcpi_bytes_sent) + sizeof info.tcpi_bytes_sent) {
    return std::nullopt;
  }
  return TcpState{info.tcpi_bytes_received, info.tcpi_bytes_sent,
                  std::chrono::milliseconds(info.tcpi_last_data_recv)};
}

std::uint64_t BytesReadOf(int socket) {
  const auto state = TcpStateOf(socket);  // first: bytes that arrive in between are unread
  int waiting = 0;
  if (!state || ioctl(socket, FIONREAD, &waiting) != 0) return 0;
  return state->received - std::min<std::uint64_t>(state->received, static_cast<unsigned>(waiting));
}

}  // namespace front
