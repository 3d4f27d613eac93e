#include "gateway/ssh/rekeying.h"

namespace ssh {
namespace {

// The connection protocol's packet types (RFC 4250 4.1.2), without the reserved ones.
constexpr std::uint8_t kFirstConnection = 80;  // SSH_MSG_GLOBAL_REQUEST
constexpr std::uint8_t kLastConnection = 100;  // SSH_MSG_CHANNEL_FAILURE
constexpr std::uint8_t kData = 94;             // SSH_MSG_CHANNEL_DATA
constexpr std::uint8_t kExtendedData = 95;     // SSH_MSG_CHANNEL_EXTENDED_DATA
constexpr std::uint8_t kIgnore = 2;            // SSH_MSG_IGNORE

}  // namespace

void Rekeying::Begin(ssh_buffer packet) {
  // Before the login no client has a reason to send connection packets, so libssh's own filter
  // stays in force there (Terrapin, CVE-2023-48795, used packets injected before the first
  // NEWKEYS).
  if (!allowed_) return;
  exchanging_ = true;
  requests_ = 0;
  packet_ = packet;
  type_place_ = last_place_;
}

void Rekeying::End() {
  ended_ = exchanging_;
  exchanging_ = false;
}

std::uint8_t Rekeying::Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value) {
  last_place_ = place;
  if (!exchanging_ || packet != packet_ || place != type_place_) return value;
  if (value < kFirstConnection || value > kLastConnection) return value;
  // Unhidden, the packet meets libssh's filter, which ends the connection.
  if (value != kData && value != kExtendedData && ++requests_ > kMostRequests) return value;
  hidden_ = value;
  return kIgnore;
}

}  // namespace ssh
