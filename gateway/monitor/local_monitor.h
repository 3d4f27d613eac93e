// LocalMonitor: hears one caller who is on this host already (`oneoff run --app`), in a process of
// its own: takes one bounded request, and passes it on to the broker.
//
// What a caller sends is a stranger's word. Who it is, the kernel has told the broker, and nothing
// that is read here can change that; the launcher looks again by itself.
#ifndef ONEOFF_GATEWAY_MONITOR_LOCAL_MONITOR_H_
#define ONEOFF_GATEWAY_MONITOR_LOCAL_MONITOR_H_

#include <chrono>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"
#include "release/refusal.h"

namespace monitor {

class LocalMonitor {
 public:
  // The first two stay the caller's, and are closed by the process's end only.
  struct Sockets {
    int client;
    int broker;
    base::FdPair line;  // SOCK_SEQPACKET: one end of it goes along with the request
  };
  enum class Standing {
    kKnown,    // somebody's account
    kUnknown,  // nobody's: unix_users does not name it
    kTooMany,  // has as many connections as one account may
  };

  LocalMonitor(Sockets sockets, std::string account, base::Log log)
      : sockets_(std::move(sockets)), account_(std::move(account)), log_(std::move(log)) {}

  // Serves the connection to its end: the client has the one answer there is. `patience` is for its
  // request; an alarm(2) that was set beyond that is taken back once the request is there.
  void Run(Standing standing, std::chrono::milliseconds patience);
  // Who it is cannot be found out.
  void RunUnknowing(const base::Error& why);

  // One packet as the request that it is, or what its sender is told.
  static release::Outcome<wire::LocalRequest> Understand(const std::string& packet);

 private:
  // Whether the request was passed on, and all is said.
  bool Serve(std::chrono::milliseconds patience);
  // Neither the broker nor the launcher gets the client's own socket: what a descriptor that
  // somebody has sent into it does when it is closed is this process's affair alone.
  bool PassOn(const wire::LocalRequest& request);
  // Of somebody who may ask: told to the log, too. The others are counted, elsewhere.
  void Refuse(const release::Refusal& refusal);
  void Answer(const release::Refusal& refusal) const;
  // Returns when the broker has closed its own descriptor of the connection.
  void WaitForBroker() const;

  Sockets sockets_;
  std::string account_;
  base::Log log_;
};

}  // namespace monitor

#endif  // ONEOFF_GATEWAY_MONITOR_LOCAL_MONITOR_H_
