// Session: one connection, in a process of its own, from the first byte to the last.
//
// It holds no key and decides nothing: the exchange is signed, keys are judged and commands are
// started by others, at its request over the MonitorClient. Whatever a client may ask that is not
// served is refused with an answer, never by dropping the connection.
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
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/liveness.h"
#include "gateway/ssh/monitor_client.h"
#include "gateway/ssh/packet_filter.h"
#include "gateway/ssh/seam.h"
#include "gateway/ssh/server_side.h"
#include "gateway/ssh/tcp_connection.h"
#include "gateway/wire/session_ending.h"

namespace ssh {

class Session final : private Seam {
 public:
  // `socket` is the client's connection, `monitor` our end towards the monitor. `server_side`,
  // `clock` and `log` outlive the session.
  static base::Result<std::unique_ptr<Session>> Create(const ServerSide& server_side,
                                                       base::UniqueFd socket,
                                                       base::UniqueFd monitor,
                                                       const base::Clock& clock,
                                                       const base::Log& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override;

  // Create and Run; also says why it could not be created.
  static wire::SessionEnding Serve(const ServerSide& server_side, base::UniqueFd socket,
                                   base::UniqueFd monitor, const base::Clock& clock,
                                   const base::Log& log);

  // Serves the client until it is gone and its runs know. Reads nothing from it before.
  wire::SessionEnding Run();

 private:
  // Packets are bigger than this (RFC 4253 6.1 asks for 32768). libssh 0.10 does not end over a
  // maximum of ten.
  static constexpr std::uint32_t kLeastMaxPacket = 1024;
  // Channels that are closed on our side and not on the client's, beyond those in use.
  static constexpr std::size_t kMostUnclosed = 64;

  Session(const ServerSide& server_side, OwnedSession ssh, base::UniqueFd socket,
          base::UniqueFd monitor, const base::Clock& clock, const base::Log& log);

  // Seam
  std::string PublicKeyOf(ssh_key stand_in) override;
  std::string Sign(const ExchangeToSign& exchange) override;
  bool Verify(const SignatureToVerify& signature) override;
  Reply Request(ssh_channel channel, std::string_view name, std::string_view fields) override;
  std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value) override;

  static int OnPublicKey(ssh_session session, const char* user, ssh_key key, char state,
                         void* self) noexcept;
  static ssh_channel OnOpen(ssh_session session, void* self) noexcept;

  bool Probe();
  bool Accept();
  ssh_channel Open();

  void OnSocket(short ready);
  void Pump();
  bool ExchangeKeys();
  void Settle();
  void SettleChannels();
  void HearLauncher();
  void WatchMonitor();
  void Authenticated();
  void Check();
  bool Busy() const;
  void EndUnused();
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
  SeamInstallation seam_;
  ssh_server_callbacks_struct callbacks_{};
  ssh_counter_struct packets_{};
  OwnedEvent event_;  // null until keys are exchanged
  std::optional<Liveness> liveness_;
  std::map<ssh_channel, std::unique_ptr<Channel>> channels_;
  std::uint32_t next_channel_ = 1;
  base::Loop::TimerId grace_ = 0;  // until the login, the first session, the last answer
  int watched_monitor_ = -1;

  std::string verified_key_;  // public blob of the key whose signature the monitor has accepted
  bool authenticated_ = false;
  bool heard_ = false;  // a byte of the client's has come
  wire::SessionEnding ending_ = wire::SessionEnding::kNoLogin;
  bool told_to_disconnect_ = false;
  std::string told_why_;                  // for the person; empty: too many tries
  std::optional<wire::Departure> ended_;  // the connection is over
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SESSION_H_
