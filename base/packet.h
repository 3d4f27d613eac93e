// Packets over SOCK_SEQPACKET UNIX sockets (unix(7)): one message each, with descriptors.
//
// The kernel keeps the packets' borders and order. These functions do not interpret the bytes:
// gateway/wire does.
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
  std::string bytes;          // not empty
  std::vector<UniqueFd> fds;  // at most kMaxPacketFds, in the sender's order
};

// kYes: as the socket says: a blocking one waits, without a limit unless it has a timeout. kNo:
// never waits (MSG_DONTWAIT), on any socket.
enum class Wait { kYes, kNo };

// Sends one packet as a whole, or fails. kNotFound "closed" if the peer is gone (no SIGPIPE is
// raised); kUnavailable if the socket is full and the call may not wait (a non-blocking socket,
// kNo, or longer than SO_SNDTIMEO); kTooLarge if the packet exceeds kMaxPacket, kMaxPacketFds or
// the socket's buffer, or is empty. The caller keeps `fds`; the receiver gets copies (SCM_RIGHTS).
Result<void> SendPacket(int socket, std::string_view bytes, const std::vector<int>& fds = {},
                        Wait wait = Wait::kYes);

// The next packet. kNotFound "closed" at the end of file; kUnavailable if there is none and the
// call may not wait; kTooLarge above kMaxPacket or kMaxPacketFds; kSystem if this process has no
// number free for one of the descriptors. With these two the packet is lost. Received descriptors
// are CLOEXEC; those of a lost packet are closed. An empty packet looks like the end of
// file, so no process may send one. Packets that a peer sent before it closed still arrive.
Result<Packet> ReceivePacket(int socket, Wait wait);

// Lets `socket` send packets of kMaxPacket bytes (SO_SNDBUF in socket(7)). By default the kernel
// accepts about 200 KiB. If the host allows less (net.core.wmem_max), longer packets fail with
// kTooLarge. The sender's socket counts, not the receiver's.
void HoldLongPackets(int socket);

// Makes the kernel refuse descriptors that are sent to this socket: the close of such a descriptor
// could block or have effects in the receiver. Returns whether the kernel supports this: Linux 6.16
// and later.
bool RefuseDescriptors(int socket);

}  // namespace base

#endif  // ONEOFF_BASE_PACKET_H_
