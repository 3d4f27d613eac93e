// Rekeying: connection packets that a client sends while it exchanges keys anew.
//
// RFC 4253 7.1 forbids them between a client's KEXINIT and its NEWKEYS; AsyncSSH sends them, and
// OpenSSH's sshd takes them. libssh ends the connection. A packet's type is therefore hidden from
// libssh's filter: it passes as SSH_MSG_IGNORE, and its handler runs in place of that one's.
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
  // The client is authenticated: before that, nothing is hidden.
  void Allow() { allowed_ = true; }
  // KEXINIT has come, in `packet`. To be called before anything more is read from it.
  void Begin(ssh_buffer packet);
  // NEWKEYS has come.
  void End();
  // Whether an exchange has ended since the last call.
  bool TakeEnded() { return std::exchange(ended_, false); }

  // libssh has read the byte `value` from `packet` to `place`. The byte that it is to see instead.
  std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value);
  // The type of the packet that libssh takes for an SSH_MSG_IGNORE; absent if it is one.
  std::optional<std::uint8_t> TakeHidden() { return std::exchange(hidden_, std::nullopt); }

 private:
  // Packets but data during one exchange: their answers wait in memory until it ends. Data is
  // bounded by the window, which cannot be widened meanwhile.
  static constexpr std::size_t kMostRequests = 1000;

  bool allowed_ = false;
  bool exchanging_ = false;
  bool ended_ = false;
  std::size_t requests_ = 0;
  // Where libssh has put the last byte that it read; at the start of a handler, that is the type.
  const std::uint8_t* last_place_ = nullptr;
  const std::uint8_t* type_place_ = nullptr;
  ssh_buffer packet_ = nullptr;
  std::optional<std::uint8_t> hidden_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_REKEYING_H_
