// Session: serves one connection, in a process of its own, from the first byte to the last.
//
// It holds no key and decides nothing. Through the MonitorClient it asks other processes to sign
// the exchange, to judge keys and to start commands. A request that the server does not support
// gets a refusal; the connection goes on.
//
// The process is a fork of the gateway in the role kSession: its system calls are a list, it can
// open no file, and its client may have taken it over. So nothing here protects the host; the
// monitor and the launcher check what it sends. One thread runs a loop that never blocks, except in
// calls of the MonitorClient.
#ifndef ONEOFF_GATEWAY_SSH_SESSION_H_
#define ONEOFF_GATEWAY_SSH_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/ssh/channel.h"
#include "gateway/ssh/held_report.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/liveness.h"
#include "gateway/ssh/monitor_client.h"
#include "gateway/ssh/packet_filter.h"
#include "gateway/ssh/seam.h"
#include "gateway/ssh/server_side.h"
#include "gateway/ssh/tcp_connection.h"
#include "gateway/wire/session_process.h"

namespace ssh {

class Session final : private Seam {
 public:
  // `client` is the client's connection, `monitor` our end of the socket to the monitor, `held`
  // that of the report to the front (invalid: there is none). The session owns them. `server_side`,
  // `clock` and `log` outlive the session. kSystem if libssh or the kernel fails.
  static base::Result<std::unique_ptr<Session>> Create(const ServerSide& server_side,
                                                       wire::SessionSockets sockets,
                                                       const base::Clock& clock,
                                                       const base::Log& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override;

  // Create and Run. Logs the reason if Create fails.
  // kBroken if Create fails. The gateway uses the result as the process's exit status.
  static wire::SessionEnding Serve(const ServerSide& server_side, wire::SessionSockets sockets,
                                   const base::Clock& clock, const base::Log& log);

  // Serves the client until it has gone and its runs know that. Reads no byte before.
  // The caller may call it once. Login grace and first_session bound the time up to the first
  // channel. Later an idle connection stays as long as its client answers the keepalives. After a
  // login the result is kDone, however the connection ended.
  wire::SessionEnding Run();

 private:
  // The smallest maximum packet size that a channel may have. RFC 4253 6.1 requires 32768; with ten
  // bytes libssh 0.10 loops for ever.
  static constexpr std::uint32_t kLeastMaxPacket = 1024;
  // Channels that only our side has closed, beyond the open ones.
  static constexpr std::size_t kMostUnclosed = 64;

  Session(const ServerSide& server_side, OwnedSession ssh, wire::SessionSockets sockets,
          const base::Clock& clock, const base::Log& log);

  // Seam
  std::string PublicKeyOf(ssh_key stand_in) override;
  std::string Sign(const ExchangeToSign& exchange) override;
  bool Verify(const SignatureToVerify& signature) override;
  Reply Request(ssh_channel channel, std::string_view name, std::string_view fields) override;
  std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value) override;

  // libssh's server callbacks. Both only note and ask; they write nothing.
  static int OnPublicKey(ssh_session session, const char* user, ssh_key key, char state,
                         void* self) noexcept;
  static ssh_channel OnOpen(ssh_session session, void* self) noexcept;

  // Asks the monitor about a key without a signature (RFC 4252 7).
  bool Probe();
  bool Accept();
  // Null refuses the channel: before the login, at the bound on channels, or with a maximum packet
  // below kLeastMaxPacket.
  ssh_channel Open();

  void OnSocket();
  void Pump();
  bool ExchangeKeys();
  void Settle();
  void SettleChannels();
  void HearLauncher();
  void WatchMonitor();
  void Authenticated();
  void Check();
  void EndOverHeld(wire::HeldBound bound);
  bool Busy() const;
  // A channel waits for the client to close it.
  bool Closing() const;
  void EndUnused();
  // `why` is also the text of the SSH_MSG_DISCONNECT. Without `how`, a DISCONNECT of the client's
  // or the state of its TCP connection tells whether it left or was lost.
  void End(std::string_view why, std::optional<wire::Departure> how = std::nullopt);
  void EndAbused(std::string_view why);
  void EndBeforeLogin(std::string_view why, wire::SessionEnding ending);
  void Depart();

  const ServerSide& server_side_;
  const ServerOptions& options_;
  const base::Log& log_;
  base::Loop loop_;
  OwnedSession ssh_;
  TcpConnection connection_;
  MonitorClient monitor_;
  PacketFilter filter_;
  ChannelDeps deps_;
  HeldReport held_report_;
  SeamInstallation seam_;
  ssh_server_callbacks_struct callbacks_{};
  ssh_counter_struct packets_{};
  OwnedEvent event_;  // null until the first key exchange is done
  std::optional<Liveness> liveness_;
  std::map<ssh_channel, std::unique_ptr<Channel>> channels_;
  std::uint32_t next_channel_ = 1;
  base::Loop::TimerId grace_ = 0;  // for the login, then the first session, then the last answers
  int watched_monitor_ = -1;

  std::string verified_key_;  // public blob of the key whose signature the monitor has accepted
  bool authenticated_ = false;
  bool heard_ = false;  // the client has sent a byte
  wire::SessionEnding ending_ = wire::SessionEnding::kNoLogin;
  bool told_to_disconnect_ = false;
  std::string told_why_;                  // for the person; empty: too many tries
  std::optional<wire::Departure> ended_;  // the connection is over
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SESSION_H_
