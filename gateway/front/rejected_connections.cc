#include "gateway/front/rejected_connections.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace front {
namespace {

constexpr std::chrono::milliseconds kHeldFor{2'000};
constexpr char kDisconnect = 1;                    // RFC 4253 12
constexpr std::uint32_t kTooManyConnections = 12;  // RFC 4253 11.1
constexpr std::size_t kBlock = 8;  // bytes; the packet's size is a multiple, RFC 4253 6
constexpr std::size_t kLeastPadding = 4;

std::string Uint32(std::size_t value) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(static_cast<unsigned char>(value >> shift & 0xFFU));
  }
  return bytes;
}

}  // namespace

std::string RejectionBytes(std::string_view words) {
  return "SSH-2.0-oneoff\r\n" + DisconnectPacket(words);
}

std::string DisconnectPacket(std::string_view words) {
  std::string payload(1, kDisconnect);
  payload += Uint32(kTooManyConnections) + Uint32(words.size());
  payload += words;
  payload += Uint32(0);  // no language tag
  // RFC 4253 6: length, padding length and payload, then at least four bytes of padding. The length
  // field does not count itself. No MAC follows before the first NEWKEYS.
  const std::size_t bare = 4 + 1 + payload.size();
  const std::size_t padding = kLeastPadding + (kBlock - (bare + kLeastPadding) % kBlock) % kBlock;
  std::string bytes = Uint32(1 + payload.size() + padding);
  bytes += static_cast<char>(padding);
  bytes += payload;
  bytes.append(padding, '\0');
  return bytes;
}

RejectedConnections::~RejectedConnections() { Drop(); }

void RejectedConnections::Send(base::UniqueFd client, std::string_view words) {
  SendBytes(std::move(client), RejectionBytes(words));
}

void RejectedConnections::SendBytes(base::UniqueFd client, std::string_view bytes) {
  const ssize_t sent = send(client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // The text fits into an empty socket buffer. A client whose buffer is full gets no text.
  if (sent < 0 || shutdown(client.get(), SHUT_WR) != 0) return;
  // The oldest one has had the longest time to read.
  while (held_.size() >= kMostHeld) Close(held_.front().client.get());
  const int fd = client.get();
  loop_.Watch(fd, POLLRDHUP, [this, fd](short) { Close(fd); });
  held_.push_back({std::move(client), loop_.After(kHeldFor, [this, fd] { Close(fd); })});
}

void RejectedConnections::Drop() {
  while (!held_.empty()) Close(held_.front().client.get());
}

void RejectedConnections::Close(int client) {
  const auto found = std::find_if(held_.begin(), held_.end(), [client](const Held& held) {
    return held.client.get() == client;
  });
  if (found == held_.end()) return;
  loop_.Unwatch(client);
  loop_.Cancel(found->timer);
  held_.erase(found);
}

}  // namespace front
