// RejectedConnections: tells connections that are turned away why, and lets go of them. It reads
// nothing of theirs and waits for none.
#ifndef ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_
#define ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/unique_fd.h"

namespace front {

// A version line and an SSH_MSG_DISCONNECT (RFC 4253 4.2 and 11.1), which before the first key
// exchange is sent in the clear: what OpenSSH, PuTTY and AsyncSSH show to the person as it is. A
// line in front of the version line they would not.
std::string RejectionBytes(std::string_view words);
// The packet alone: for a client that has our version line.
std::string DisconnectPacket(std::string_view words);

class RejectedConnections {
 public:
  // At most so many are held, until the client closes or for two seconds: one that was closed at
  // once would be reset by what the client has sent meanwhile, and might never show the words.
  static constexpr std::size_t kMostHeld = 64;

  explicit RejectedConnections(base::Loop& loop) : loop_(loop) {}
  RejectedConnections(const RejectedConnections&) = delete;
  RejectedConnections& operator=(const RejectedConnections&) = delete;
  ~RejectedConnections();

  // `client` is non-blocking.
  void Send(base::UniqueFd client, std::string_view words);
  // `bytes` as they are, instead of RejectionBytes.
  void SendBytes(base::UniqueFd client, std::string_view bytes);
  // Closes all that are held: where descriptors are short.
  void Drop();

 private:
  struct Held {
    base::UniqueFd client;
    base::Loop::TimerId timer;
  };

  void Close(int client);

  base::Loop& loop_;
  std::deque<Held> held_;  // the oldest first
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REJECTED_CONNECTIONS_H_
