// Rekeying: lets a client send connection packets during a key re-exchange.
//
// RFC 4253 7.1 forbids them between a client's KEXINIT and its NEWKEYS. But AsyncSSH sends them,
// and OpenSSH's sshd takes them; libssh ends the connection. So this class hides the packet's type
// from libssh's filter: the packet passes as SSH_MSG_IGNORE, and our SSH_MSG_IGNORE handler runs
// the handler of the real type.
//
// Only the session's PacketFilter and its Seam use it. It depends on how libssh 0.10 reads packets:
// all are in one ssh_buffer, and the type byte of each goes to the same place in memory.
#ifndef ONEOFF_GATEWAY_SSH_REKEYING_H_
#define ONEOFF_GATEWAY_SSH_REKEYING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "gateway/ssh/libssh_internal.h"

namespace ssh {

class Rekeying {
 public:
  // The client is authenticated. Before that, no type is hidden.
  void Allow() { allowed_ = true; }
  // KEXINIT has come, in `packet`. Call before libssh reads more from it.
  void Begin(ssh_buffer packet);
  // NEWKEYS has come.
  // Without a preceding Begin, as after the first key exchange, this does nothing.
  void End();
  // Returns whether an exchange has ended since the last call.
  bool TakeEnded() { return std::exchange(ended_, false); }

  // libssh has read the byte `value` from `packet` into `place`. Returns the byte that libssh is to
  // see instead.
  // That is SSH_MSG_IGNORE (2) for the type byte of a connection packet (80 to 100) in an exchange,
  // else `value`. Beyond kMostRequests the type stays visible, and libssh ends the connection.
  std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value);
  // The real type of the packet that libssh takes for an SSH_MSG_IGNORE; absent if it really is
  // one.
  std::optional<std::uint8_t> TakeHidden() { return std::exchange(hidden_, std::nullopt); }

 private:
  // Packets other than data during one exchange. Their answers wait in memory until the exchange
  // ends. The window bounds data, and it cannot grow during an exchange.
  static constexpr std::size_t kMostRequests = 1000;

  bool allowed_ = false;
  bool exchanging_ = false;
  bool ended_ = false;
  std::size_t requests_ = 0;
  // Where libssh has put the last byte that it read. At the start of a handler, that byte is the
  // type.
  const std::uint8_t* last_place_ = nullptr;
  const std::uint8_t* type_place_ = nullptr;
  ssh_buffer packet_ = nullptr;
  std::optional<std::uint8_t> hidden_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_REKEYING_H_
