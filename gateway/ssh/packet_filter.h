// PacketFilter: looks at a client's packets before libssh does.
//
// libssh gives no answer to a request for authentication that it cannot parse, whose algorithm it
// does not accept, or by way of GSSAPI hands to libkrb5; it does not show a channel's maximum
// packet, which it must not let be tiny, nor whether the client said goodbye, or that it wants no
// session. It answers data of a channel whose CLOSE it has sent, which RFC 4254 5.3 forbids, and
// takes none while keys are exchanged anew (rekeying.h).
#ifndef ONEOFF_GATEWAY_SSH_PACKET_FILTER_H_
#define ONEOFF_GATEWAY_SSH_PACKET_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ssh/auth_request.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/rekeying.h"

namespace ssh {

class PacketFilter {
 public:
  // Stands before `session`, which must not have read anything yet, until that ends; neither moves.
  // `public_key_algorithms` are those that a request may name, comma-separated.
  PacketFilter(ssh_session session, std::string public_key_algorithms);
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;
  ~PacketFilter() = default;

  // Of the request for authentication that libssh is dealing with; empty if it is not one that
  // passed.
  const std::optional<PublicKeyRequest>& request() const { return request_; }
  // How many were turned away here.
  std::uint32_t refused() const { return refused_; }
  // Of the channel that is being opened, in bytes (RFC 4254 5.1).
  std::uint32_t max_packet() const { return max_packet_; }
  // What the client did that libssh answers nothing to, and that is to end the connection; or
  // empty.
  std::string_view abuse() const { return abuse_; }
  // The client has sent DISCONNECT: it means to go (RFC 4253 11.1).
  bool disconnected() const { return disconnected_; }
  // The client has said that it will open no session from now on: no-more-sessions@openssh.com.
  bool no_more_sessions() const { return no_more_sessions_; }
  Rekeying& rekeying() { return rekeying_; }
  // RootOwnedSources of libssh's callbacks: whether an exchange of keys has ended since the last
  // call. The channels that were opened meanwhile are opened now.
  bool EndRekeying(ssh_session session);

 private:
  // Of the types that a handler is set for; RFC 4250 4.1.2.
  static constexpr std::uint8_t kDisconnect = 1;
  static constexpr std::uint8_t kIgnore = 2;
  static constexpr std::uint8_t kKexInit = 20;
  static constexpr std::uint8_t kNewKeys = 21;
  static constexpr std::uint8_t kAuth = 50;    // SSH_MSG_USERAUTH_REQUEST
  static constexpr std::uint8_t kGlobal = 80;  // SSH_MSG_GLOBAL_REQUEST
  static constexpr std::uint8_t kOpen = 90;    // SSH_MSG_CHANNEL_OPEN
  static constexpr std::uint8_t kData = 94;    // SSH_MSG_CHANNEL_DATA
  static constexpr std::uint8_t kExtendedData = 95;
  static constexpr std::uint8_t kFirst = kDisconnect;
  static constexpr std::size_t kMostToOpen = 128;      // more than a connection may have
  static constexpr std::size_t kMostOpenBytes = 1024;  // of such a request, without its type
  static constexpr std::uint8_t kCount = kExtendedData - kFirst + 1;

  static int OnPacket(ssh_session session, std::uint8_t type, ssh_buffer packet,
                      void* self) noexcept;
  int Handle(ssh_session session, std::uint8_t type, ssh_buffer packet);
  int OnIgnore(ssh_session session, std::string_view fields);
  int OnAuth(ssh_session session, std::string_view fields);
  void OnGlobal(std::string_view fields);
  void OnOpen(std::string_view fields);
  void OpenLater(std::string_view fields);
  int OnData(ssh_session session, std::string_view fields) const;

  std::string public_key_algorithms_;
  Rekeying rekeying_;
  ssh_packet_callback handlers_[kCount] = {};
  ssh_packet_callbacks_struct callbacks_{};
  std::optional<PublicKeyRequest> request_;
  std::uint32_t refused_ = 0;
  std::vector<std::string> to_open_;  // requests to open a channel that came during an exchange
  std::uint32_t max_packet_ = 0;
  std::string_view abuse_;
  bool disconnected_ = false;
  bool no_more_sessions_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_PACKET_FILTER_H_
