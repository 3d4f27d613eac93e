// TcpConnection: the TCP connection under a session, and how it ended. libssh closes its own
// descriptor when it likes and keeps no word of why; this one is a duplicate, and ours.
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

  // Non-blocking, without Nagle's delay, with the kernel's own checks of a silent peer: after each
  // `keepalive` of silence (rounded up to seconds) it is asked for an acknowledgement, and what is
  // not acknowledged after `lost_after` ends the connection.
  base::Result<void> Prepare(std::chrono::milliseconds keepalive,
                             std::chrono::milliseconds lost_after) const;
  // Before reading, while latency counts: a client's small packets wait for our acknowledgement of
  // the one before, and ours for more to acknowledge. The kernel forgets it; so again each time.
  void AcknowledgeAtOnce() const;

  int fd() const { return socket_.get(); }
  // What the loop watches for besides: the peer's FIN, which poll(2) tells from a reset.
  static short HangUpEvents();
  // Whether bytes of the peer's wait to be read.
  bool HasInput() const;
  // Notes what poll(2) has reported: to be called before libssh reads, which uses an error up.
  void Note(short ready);

  // What the client has done to end it, in words that follow "the client"; empty: nothing yet.
  std::string_view HowEnded() const;

  // Once the connection has ended: a FIN is a client that left; a reset, a time-out or anything
  // else is a line that was lost.
  wire::Departure Departure() const;

 private:
  int Error() const;

  base::UniqueFd socket_;
  bool fin_ = false;
  int error_ = 0;  // errno of the socket, once it had one
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_TCP_CONNECTION_H_
