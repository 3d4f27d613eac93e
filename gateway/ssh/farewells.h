// Farewells: tells connections that are turned away why, and lets go of them. It reads nothing of
// theirs and waits for none.
#ifndef ONEOFF_GATEWAY_SSH_FAREWELLS_H_
#define ONEOFF_GATEWAY_SSH_FAREWELLS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/unique_fd.h"

namespace ssh {

// A version line and an SSH_MSG_DISCONNECT (RFC 4253 4.2 and 11.1), which before the first key
// exchange is sent in the clear: what OpenSSH, PuTTY and AsyncSSH show to the person as it is. A
// line in front of the version line they would not.
std::string FarewellBytes(std::string_view words);
// The packet alone: for a client that has our version line.
std::string DisconnectPacket(std::string_view words);

class Farewells {
 public:
  // At most so many are held, until the client closes or for two seconds: one that was closed at
  // once would be reset by what the client has sent meanwhile, and might never show the words.
  static constexpr std::size_t kMostHeld = 64;

  explicit Farewells(base::Loop& loop) : loop_(loop) {}
  Farewells(const Farewells&) = delete;
  Farewells& operator=(const Farewells&) = delete;
  ~Farewells();

  // `client` is non-blocking.
  void Send(base::UniqueFd client, std::string_view words);
  // `bytes` as they are, instead of FarewellBytes.
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

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_FAREWELLS_H_
