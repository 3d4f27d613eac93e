// Packets over SOCK_SEQPACKET UNIX sockets: one message each, with descriptors beside it.
#ifndef ONEOFF_BASE_PACKET_H_
#define ONEOFF_BASE_PACKET_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

inline constexpr std::size_t kMaxPacket = 262144;  // bytes; see HoldLongPackets
inline constexpr std::size_t kMaxPacketFds = 8;

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> fds;
};

enum class Wait { kYes, kNo };

// Sends one packet whole, or fails: kUnavailable if the socket is full and is not to be waited for
// (non-blocking, kNo, or longer than its SO_SNDTIMEO), kTooLarge above kMaxPacket or what the
// socket holds. `fds` stay the caller's. A peer that is gone
// is an error, never a signal.
Result<void> SendPacket(int socket, std::string_view bytes, const std::vector<int>& fds = {},
                        Wait wait = Wait::kYes);

// The next packet. kNotFound "closed" at the peer's end of file, kUnavailable if there is none now
// and `wait` is kNo, kTooLarge (and the packet is lost) above kMaxPacket or kMaxPacketFds. Received
// descriptors are CLOEXEC. An empty packet cannot be told from the end; nobody sends one.
Result<Packet> ReceivePacket(int socket, Wait wait);

// Lets `socket` send packets of kMaxPacket: as sockets are born, the kernel takes some 200 KiB at a
// time. Where the host allows less (net.core.wmem_max), longer packets fail with kTooLarge.
void HoldLongPackets(int socket);

// Nobody may send this socket descriptors any more: what one of them does when it is closed would
// be its receiver's affair. Whether the kernel can do that: Linux 6.16 and later.
bool RefuseDescriptors(int socket);

}  // namespace base

#endif  // ONEOFF_BASE_PACKET_H_
