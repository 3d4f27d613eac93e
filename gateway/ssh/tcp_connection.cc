#include "gateway/ssh/tcp_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace ssh {
namespace {

base::Result<void> Set(int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof value) == 0) return {};
  return base::FailSystem("setsockopt");
}

}  // namespace

base::Result<void> TcpConnection::Prepare(std::chrono::milliseconds keepalive,
                                          std::chrono::milliseconds lost_after) const {
  const auto interval =
      static_cast<int>(std::chrono::ceil<std::chrono::seconds>(keepalive).count());
  auto done = base::SetNonBlocking(fd());
  // Without this, Nagle's algorithm would hold back the echo of a key until the previous packet is
  // acknowledged (tcp(7)).
  if (done) done = Set(fd(), IPPROTO_TCP, TCP_NODELAY, 1);
  // Keepalives find a host that has gone while nothing is sent; TCP_USER_TIMEOUT bounds the wait
  // for an acknowledgement of what was sent (tcp(7)).
  if (done) done = Set(fd(), SOL_SOCKET, SO_KEEPALIVE, 1);
  if (done) done = Set(fd(), IPPROTO_TCP, TCP_KEEPIDLE, interval);
  if (done) done = Set(fd(), IPPROTO_TCP, TCP_KEEPINTVL, interval);
  if (done) {
    done = Set(fd(), IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(lost_after.count()));
  }
  return done;
}

// The kernel leaves this mode by itself (tcp(7)), so it is set before each read. It saves the
// client's Nagle algorithm a wait of 40 ms at each step of the login.
void TcpConnection::AcknowledgeAtOnce() const { (void)Set(fd(), IPPROTO_TCP, TCP_QUICKACK, 1); }

// Watched even while back-pressure stops all reading: otherwise a client that leaves would not be
// noticed.
short TcpConnection::HangUpEvents() { return POLLRDHUP; }

bool TcpConnection::HasInput() const {
  int bytes = 0;
  return ioctl(fd(), FIONREAD, &bytes) == 0 && bytes > 0;
}

std::string_view TcpConnection::HowEnded() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  if (info.tcpi_state == TCP_ESTABLISHED) return {};
  return info.tcpi_state == TCP_CLOSE ? "reset its connection, or was lost" : "left";
}

}  // namespace ssh
