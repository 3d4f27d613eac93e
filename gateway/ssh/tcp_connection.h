// TcpConnection: the TCP connection under a session, and how it ended. libssh may close its own
// descriptor at any time and does not keep the reason. This object owns a duplicate.
//
// It reads no data. Its descriptor serves the loop's poll(2) and socket options; libssh reads and
// writes through a duplicate, so both share one socket, and O_NONBLOCK with it.
#ifndef ONEOFF_GATEWAY_SSH_TCP_CONNECTION_H_
#define ONEOFF_GATEWAY_SSH_TCP_CONNECTION_H_

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"

namespace ssh {

class TcpConnection {
 public:
  explicit TcpConnection(base::UniqueFd socket) : socket_(std::move(socket)) {}

  // Makes the socket non-blocking, turns Nagle's algorithm off, and sets the kernel's keepalive
  // (tcp(7)): after each `keepalive` of silence (rounded up to seconds) the kernel probes the peer,
  // and it ends a connection whose data is unacknowledged for `lost_after`. kSystem on failure.
  base::Result<void> Prepare(std::chrono::milliseconds keepalive,
                             std::chrono::milliseconds lost_after) const;
  // Turns delayed acknowledgement off. Call before each read while latency counts, because the
  // kernel turns it on again. A client's next small packet may wait for the acknowledgement of the
  // one before it (Nagle's algorithm), while our kernel delays that acknowledgement.
  void AcknowledgeAtOnce() const;

  int fd() const { return socket_.get(); }
  // The extra poll(2) event for the loop: the peer's FIN, which poll(2) tells from a reset.
  static short HangUpEvents();
  // Whether bytes from the peer are waiting to be read.
  bool HasInput() const;
  // How the client ended the connection, in words that follow "the client"; empty if it has not.
  // From TCP_INFO (tcp(7)). Static text: "left", or "reset its connection, or was lost".
  std::string_view HowEnded() const;

 private:
  base::UniqueFd socket_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_TCP_CONNECTION_H_
