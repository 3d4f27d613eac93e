// RejectedConnections: tells clients why the gateway turns them away, and closes their connections.
// It reads nothing from a client and never blocks on one.
//
// It runs in the gateway process. The bytes fit in an empty socket buffer. If the kernel does not
// take them at once, the text is lost and the connection is closed.
#ifndef ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_
#define ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/unique_fd.h"

namespace front {

// A version line and an SSH_MSG_DISCONNECT packet (RFC 4253 4.2 and 11.1). Before the first key
// exchange the packet is not encrypted. OpenSSH, PuTTY and AsyncSSH show its text to the person;
// they do not show lines that come before the version line.
// `words` is not escaped and may have any length; callers give a line of Refusal::Words. The reason
// code is SSH_DISCONNECT_TOO_MANY_CONNECTIONS (12).
std::string RejectionBytes(std::string_view words);
// The packet alone, for a client that already has our version line.
std::string DisconnectPacket(std::string_view words);

class RejectedConnections {
 public:
  // Connections to keep open, each until its client closes or for two seconds. If the gateway
  // closed a connection at once, bytes that the client has sent meanwhile would cause a TCP reset,
  // and the client might lose the text (RFC 1122 4.2.2.13).
  static constexpr std::size_t kMostHeld = 64;

  explicit RejectedConnections(base::Loop& loop) : loop_(loop) {}
  RejectedConnections(const RejectedConnections&) = delete;
  RejectedConnections& operator=(const RejectedConnections&) = delete;
  ~RejectedConnections();

  // Sends RejectionBytes(words). `client` is non-blocking; this object owns it from here on.
  // If 64 are held, the oldest is closed for this one.
  void Send(base::UniqueFd client, std::string_view words);
  // Sends `bytes` as they are.
  void SendBytes(base::UniqueFd client, std::string_view bytes);
  // Closes all held connections, when descriptors are short.
  void Drop();

 private:
  struct Held {
    base::UniqueFd client;
    base::Loop::TimerId timer;
  };

  void Close(int client);

  base::Loop& loop_;
  std::deque<Held> held_;  // oldest first
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_
