#include "base/packet.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

namespace base {

Result<void> SendPacket(int socket, std::string_view bytes, const std::vector<int>& fds,
                        Wait wait) {
  // The receiver takes an empty packet for the end of file (recv(2)).
  if (bytes.empty() || bytes.size() > kMaxPacket || fds.size() > kMaxPacketFds) {
    return Fail(Code::kTooLarge,
                fmt::format("packet of {} bytes with {} descriptors", bytes.size(), fds.size()));
  }
  std::string copy(bytes);  // iovec is not const
  iovec part{copy.data(), copy.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxPacketFds)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    const std::size_t size = sizeof(int) * fds.size();
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), fds.data(), size);
  }
  for (;;) {
    const int flags = MSG_NOSIGNAL | (wait == Wait::kNo ? MSG_DONTWAIT : 0);
    if (sendmsg(socket, &message, flags) >= 0) return {};
    if (errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)
      return Fail(Code::kNotFound, "closed");
    if (errno == EMSGSIZE) {
      return Fail(Code::kTooLarge,
                  fmt::format("packet of {} bytes: the socket holds fewer", bytes.size()));
    }
    return FailSystem("sendmsg");
  }
}

Result<Packet> ReceivePacket(int socket, Wait wait) {
  // thread_local, not on the stack: only pages that are used need memory. On the stack each page
  // would be touched (-fstack-clash-protection), in each of many processes.
  thread_local std::array<char, kMaxPacket> buffer;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxPacketFds)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::kNo ? MSG_DONTWAIT : 0);
  ssize_t n = 0;
  bool reset = false;
  do {
    n = recvmsg(socket, &message, flags);
    // If the peer closes with our data unread, the kernel reports ECONNRESET once, before the data
    // that the peer had sent.
  } while (n < 0 && (errno == EINTR || (errno == ECONNRESET && !std::exchange(reset, true))));
  if (n < 0 && errno == ECONNRESET) return Fail(Code::kNotFound, "closed");
  if (n < 0) return FailSystem("recvmsg");
  Packet packet;
  // Before any check: each received descriptor needs an owner, or it stays open.
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      packet.fds.emplace_back(fd);
    }
  }
  if (n == 0) return Fail(Code::kNotFound, "closed");
  if ((message.msg_flags & MSG_TRUNC) != 0) return Fail(Code::kTooLarge, "packet over its bound");
  if ((message.msg_flags & MSG_CTRUNC) != 0) {
    if (packet.fds.size() == kMaxPacketFds) {
      return Fail(Code::kTooLarge,
                  fmt::format("packet with more than {} descriptors", kMaxPacketFds));
    }
    return Fail(Code::kSystem, "no descriptor is free for those of a packet");
  }
  packet.bytes.assign(buffer.data(), static_cast<std::size_t>(n));
  return packet;
}

void HoldLongPackets(int socket) {
  // The kernel doubles the value for its bookkeeping (socket(7)).
  const int bytes = kMaxPacket;
  setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

bool RefuseDescriptors(int socket) {
  constexpr int kPassRights = 83;  // SO_PASSRIGHTS of asm-generic/socket.h, since Linux 6.16
  const int no = 0;
  return setsockopt(socket, SOL_SOCKET, kPassRights, &no, sizeof no) == 0;
}

}  // namespace base
