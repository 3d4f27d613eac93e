// Gateways: the broker's socket for the gateway processes, and for an operator's commands (`oneoff
// config reload`, `oneoff recordings prune`). The kernel names the user of each peer (SO_PEERCRED,
// unix(7)): the gateway's user or the broker's own.
#ifndef ONEOFF_GATEWAY_BROKER_GATEWAYS_H_
#define ONEOFF_GATEWAY_BROKER_GATEWAYS_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "authz/signing_key.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/broker/audit_link.h"
#include "gateway/broker/connections.h"
#include "gateway/broker/live_configuration.h"
#include "gateway/broker/spare_descriptors.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"

namespace broker {

class Gateways {
 public:
  // All of it outlives the Gateways.
  struct Deps {
    base::Loop& loop;
    const base::Log& log;
    LiveConfiguration& configuration;
    const std::vector<authz::SigningKey>& host_keys;
    SpareDescriptors& spare;
    uid_t user;  // the gateway's
    Connections& connections;
    AuditLink& audit;
  };
  struct Hooks {
    // `by` asks to prune recordings; `answer` gets what was done.
    std::function<void(const std::string& by, base::UniqueFd answer)> prune;
    std::function<void()> gone;  // a gateway has ended
  };

  // `listener` is a listening SOCK_SEQPACKET socket.
  Gateways(base::UniqueFd listener, Deps deps, Hooks hooks);
  Gateways(const Gateways&) = delete;
  Gateways& operator=(const Gateways&) = delete;

  // Accepts gateways from now on, until Close.
  void Listen();
  void Close();
  // Sends the settings in force to every gateway.
  void SendSettings();
  bool empty() const { return peers_.empty(); }

 private:
  struct Peer {
    base::UniqueFd socket;
    bool greeted = false;  // its hello had our version
  };

  void OnListener();
  void Pause();
  void OnPacket(int peer);
  // An error ends the connection: the packet is malformed, or the table in gateways.cc refuses it.
  base::Result<void> Handle(int peer, base::Packet packet);
  void Act(int peer, wire::FromGateway& message, std::vector<base::UniqueFd> fds);
  void Greet(int peer, const wire::Hello& hello);
  void Record(const wire::Refused& message);
  void Record(const wire::Reexecuted& message);
  void Reload(int answer);
  void SendSettings(int peer);
  void Forget(int peer);

  base::UniqueFd listener_;
  Deps deps_;
  Hooks hooks_;
  std::map<int, Peer> peers_;
  // Of the last gateway that was refused because of it, so that its attempts are logged once.
  std::optional<int> foreign_version_;
  bool closed_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_GATEWAYS_H_
