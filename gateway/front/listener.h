// Listener: accepts connections and asks the limiter about each. An admitted connection gets a
// session process and a monitor; a refused one gets the reason. The listener reads no byte from a
// client.
//
// It is the main loop of the gateway process, which has no privileges, no key and one thread. The
// sessions are forked from it, so what it holds in memory, each session holds too. An admitted
// connection takes a slot (ConnectionLimiter), a process (Sessions), and a monitor from the broker.
#ifndef ONEOFF_GATEWAY_FRONT_LISTENER_H_
#define ONEOFF_GATEWAY_FRONT_LISTENER_H_

#include <functional>
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
#include "gateway/front/crashes.h"
#include "gateway/front/front_bounds.h"
#include "gateway/front/handover.h"
#include "gateway/front/proxy_reader.h"
#include "gateway/front/refusal_reporter.h"
#include "gateway/front/rejected_connections.h"
#include "gateway/front/sessions.h"
#include "gateway/role/child_log.h"

namespace front {

class Listener {
 public:
  // What the listener works with. All of it outlives the listener.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerClient& broker;
    // Called in each session's process; the listener's objects there are copies.
    ServeConnection serve;
  };

  // `sockets` are listening sockets (ListenOn); the listener owns them.
  Listener(Deps deps, std::vector<base::UniqueFd> sockets, FrontBounds bounds);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Accepts connections until SIGTERM or SIGINT; the sessions go on after that. After SIGUSR1 it
  // accepts no new connection, and returns when the last session ends or the drain time is over. A
  // second SIGUSR1 ends it at once. The caller has called WarmUp, has dropped privileges and has
  // started no thread. kSystem if the signals or the log pipe cannot be set up.
  // Blocks SIGTERM, SIGINT, SIGUSR1 and SIGCHLD and reads them from a signalfd(2); the sessions
  // unblock them. When descriptors or memory are short, it pauses accepting for 100 ms; clients
  // wait in the kernel's queue meanwhile. Refusals that were not yet reported go to the broker at
  // the end.
  base::Result<void> Run();

  // `execute` is called within Run's loop when sessions have crashed so often that this process is
  // to execute itself anew, with the listener's state; it adds its own and executes. It returns why
  // it could not; then the listener goes on.
  using Execute = std::function<base::Error(Handover)>;
  void OnCrashes(Execute execute) { execute_ = std::move(execute); }
  // Call before Run in the process that has executed itself: goes on with `handover`, but for the
  // listening sockets.
  void Resume(Handover handover) { resumed_ = std::move(handover); }

  // `bounds` apply to connections that come from now on.
  void Adopt(FrontBounds bounds) { limiter_.Adopt(std::move(bounds)); }

 private:
  // Accepts at most 16 connections in a turn, so that other descriptors are served.
  void OnSocket(int socket);
  // A balancer's connection whose header is still being read.
  // It has a balancer's slot until the header names the client, which then needs one of its own.
  struct Pending {
    base::UniqueFd client;
    Address balancer;
    ConnectionLimiter::Slot slot;
    std::unique_ptr<ProxyReader> reader;
  };

  // Turns away while the broker is gone. A balancer's connection waits for its header first.
  void Admit(base::UniqueFd client, const Address& address);
  void Judge(base::UniqueFd client, const Address& address, const base::IpAddress& ip);
  void AwaitHeader(base::UniqueFd client, const Address& balancer, const base::IpAddress& ip);
  void OnHeader(int client, const ProxyWord& word);
  void Serve(base::UniqueFd client, const Address& address, ConnectionLimiter::Slot slot);
  // Sends the reason, closes the connection and counts the refusal.
  void TurnAway(base::UniqueFd client, const Address& address, const Refusal& refusal);
  bool MakeRoom(std::size_t own);
  void OnSignal();
  // Closes the listening sockets. Sessions go on, for FrontBounds::drain at most.
  void Drain();
  void EndIfDrained();
  void Watch();
  void OnCrash(const base::IpAddress& ip);
  // Stops accepting, waits up to a second for headers that are being read, then executes itself.
  void PrepareExecution();
  void ExecuteIfReady();
  void ExecuteNow();
  // The listener's part of a handover, and what Run does with one.
  Handover Held() const;
  void TakeOver(const Handover& handover);
  void Starve(const base::Error& error);

  Deps deps_;
  std::vector<base::UniqueFd> sockets_;
  base::UniqueFd signals_;
  ConnectionLimiter limiter_;
  RejectedConnections rejected_;
  std::unique_ptr<role::ChildLog> child_log_;
  std::optional<Sessions> sessions_;  // from Run on
  std::map<int, Pending> pending_;    // by the client's descriptor
  RefusalReporter refusals_;
  base::Loop::TimerId pause_ = 0;
  base::Loop::TimerId drain_ = 0;
  bool draining_ = false;
  base::Loop::TimerId shortage_ = 0;  // runs until the shortage counts as over
  Crashes crashes_;
  Execute execute_;
  std::optional<Handover> resumed_;
  base::Loop::TimerId execution_ = 0;
  bool executing_ = false;  // accepts no connection: soon the next program does
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_LISTENER_H_
