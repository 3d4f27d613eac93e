// PacketFilter: sees a client's packets before libssh does, because libssh
// - sends no answer to an authentication request that it cannot parse or whose algorithm it does
//   not accept, and hands a GSSAPI request to libkrb5;
// - does not show a channel's maximum packet size, which must not be tiny, nor a client's
//   DISCONNECT, nor no-more-sessions@openssh.com;
// - widens the window of a channel whose CLOSE it has sent, which RFC 4254 5.3 forbids;
// - takes no connection packets during a key re-exchange (rekeying.h).
//
// It is a libssh packet callback set that runs before libssh's own (ssh_packet_set_callbacks), in
// the session process, on packets that are decrypted and authenticated by their MAC. It answers
// only authentication requests; for the rest it notes what it sees, and Session acts after the
// callbacks.
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
  // Filters for `session`, which must not have read a byte yet, until the session ends. Neither
  // object may move. `public_key_algorithms` is the comma-separated list that a request may name
  // from.
  PacketFilter(ssh_session session, std::string public_key_algorithms);
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;
  ~PacketFilter() = default;

  // The authentication request that libssh is handling; empty if no request passed the filter.
  const std::optional<PublicKeyRequest>& request() const { return request_; }
  // The maximum packet size of the channel that is being opened, in bytes (RFC 4254 5.1).
  std::uint32_t max_packet() const { return max_packet_; }
  // A protocol violation that libssh does not answer and that must end the connection; empty if
  // none.
  // It names the fault for log and client. The views are of string literals.
  std::string_view abuse() const { return abuse_; }
  // The client has sent SSH_MSG_DISCONNECT, so it leaves on purpose (RFC 4253 11.1).
  bool disconnected() const { return disconnected_; }
  // The client has announced that it opens no more sessions: no-more-sessions@openssh.com.
  bool no_more_sessions() const { return no_more_sessions_; }
  Rekeying& rekeying() { return rekeying_; }
  // Opens the channels that the client asked for during a key re-exchange. Returns whether an
  // exchange has ended since the last call. Call only outside libssh's callbacks.
  // libssh answers each of these requests then. At most 128 requests of 1 KiB wait; more are an
  // abuse().
  bool EndRekeying(ssh_session session);

 private:
  // Packet types that have a handler here (RFC 4250 4.1.2).
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
  static constexpr std::size_t kMostToOpen = 128;      // requests; above the bound on channels
  static constexpr std::size_t kMostOpenBytes = 1024;  // bytes of one request, without its type
  static constexpr std::uint8_t kCount = kExtendedData - kFirst + 1;

  static int OnPacket(ssh_session session, std::uint8_t type, ssh_buffer packet,
                      void* self) noexcept;
  int Handle(ssh_session session, std::uint8_t type, ssh_buffer packet);
  // Returns SSH_PACKET_USED or SSH_PACKET_NOT_USED, as do OnAuth and OnData.
  int OnIgnore(ssh_session session, std::string_view fields);
  int OnAuth(ssh_session session, std::string_view fields);
  void OnGlobal(std::string_view fields);
  void OnOpen(std::string_view fields);
  void OpenLater(std::string_view fields);
  // Drops data for a channel that counts as closed (ssh_channel_is_closed).
  int OnData(ssh_session session, std::string_view fields) const;

  std::string public_key_algorithms_;
  Rekeying rekeying_;
  ssh_packet_callback handlers_[kCount] = {};
  ssh_packet_callbacks_struct callbacks_{};
  std::optional<PublicKeyRequest> request_;
  std::vector<std::string> to_open_;  // SSH_MSG_CHANNEL_OPEN requests that came during an exchange
  std::uint32_t max_packet_ = 0;
  std::string_view abuse_;
  bool disconnected_ = false;
  bool no_more_sessions_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_PACKET_FILTER_H_
