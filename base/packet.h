// Packets over SOCK_SEQPACKET UNIX sockets (unix(7)): one message each, with descriptors.
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

// Sends one packet as a whole, or fails. kNotFound "closed" if the peer is gone (no SIGPIPE is
// raised); kUnavailable if the socket is full and the call may not wait (a non-blocking socket,
// kNo, or longer than SO_SNDTIMEO); kTooLarge if the packet exceeds kMaxPacket or the socket's
// buffer. The caller keeps `fds`.
Result<void> SendPacket(int socket, std::string_view bytes, const std::vector<int>& fds = {},
                        Wait wait = Wait::kYes);

// The next packet. kNotFound "closed" at the end of file; kUnavailable if there is none and `wait`
// is kNo; kTooLarge, and the packet is lost, above kMaxPacket or kMaxPacketFds. Received
// descriptors are CLOEXEC. An empty packet looks like the end of file, so no process may send one.
Result<Packet> ReceivePacket(int socket, Wait wait);

// Lets `socket` send packets of kMaxPacket bytes. By default the kernel accepts about 200 KiB. If
// the host allows less (net.core.wmem_max), longer packets fail with kTooLarge.
void HoldLongPackets(int socket);

// Makes the kernel refuse descriptors that are sent to this socket: the close of such a descriptor
// could block or have effects in the receiver. Returns whether the kernel supports this: Linux 6.16
// and later.
bool RefuseDescriptors(int socket);

}  // namespace base

#endif  // ONEOFF_BASE_PACKET_H_
