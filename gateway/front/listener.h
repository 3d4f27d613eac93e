// Listener: accepts connections, asks the limiter, and gives each that comes in a process of its
// own and a monitor; the others are told why not. It reads no byte of any of them.
#ifndef ONEOFF_GATEWAY_FRONT_LISTENER_H_
#define ONEOFF_GATEWAY_FRONT_LISTENER_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/connection_limiter.h"
#include "gateway/front/front_bounds.h"
#include "gateway/front/proxy_reader.h"
#include "gateway/front/refusals.h"
#include "gateway/front/rejected_connections.h"
#include "gateway/front/sessions.h"
#include "gateway/role/child_log.h"

namespace front {

class Listener {
 public:
  // What it works with. All of it outlives the listener.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerClient& broker;
    ServeConnection serve;
  };

  // `sockets` listen (ListenOn).
  Listener(Deps deps, std::vector<base::UniqueFd> sockets, FrontBounds bounds);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Accepts until SIGTERM or SIGINT. Sessions outlive it. From SIGUSR1 on it accepts nobody new,
  // and ends with the last session or when the drain's time is over; a second one ends it at once.
  // WarmUp has been called, privileges are dropped, and no thread was started.
  base::Result<void> Run();

  // For those who come from now on.
  void Adopt(FrontBounds bounds) { limiter_.Adopt(std::move(bounds)); }

 private:
  void OnSocket(int socket);
  // A balancer's connection, whose header is being read.
  struct Pending {
    base::UniqueFd client;
    Address balancer;
    ConnectionLimiter::Slot slot;
    std::unique_ptr<ProxyReader> reader;
  };

  void Admit(base::UniqueFd client, const Address& address);
  void Judge(base::UniqueFd client, const Address& address, const base::IpAddress& ip);
  void AwaitHeader(base::UniqueFd client, const Address& balancer, const base::IpAddress& ip);
  void OnHeader(int client, const ProxyWord& word);
  void Serve(base::UniqueFd client, const Address& address, ConnectionLimiter::Slot slot);
  void TurnAway(base::UniqueFd client, const Address& address, const Refusal& refusal);
  bool MakeRoom();
  void TellSoon();
  void Tell(const std::vector<wire::Refused>& refusals);
  void OnSignal();
  void Drain();
  void EndIfDrained();
  void Watch();
  void Starve(const base::Error& error);

  Deps deps_;
  std::vector<base::UniqueFd> sockets_;
  base::UniqueFd signals_;
  ConnectionLimiter limiter_;
  RejectedConnections rejected_;
  std::unique_ptr<role::ChildLog> child_log_;
  std::optional<Sessions> sessions_;  // from Run on
  std::map<int, Pending> pending_;    // by the client's descriptor
  Refusals refusals_;
  base::Loop::TimerId telling_ = 0;
  base::Loop::TimerId pause_ = 0;
  base::Loop::TimerId drain_ = 0;
  bool draining_ = false;
  base::Loop::TimerId shortage_ = 0;  // until it is taken for over
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_LISTENER_H_
