// LocalMonitor: hears one caller who is on this host already (`oneoff run --app`), in a process of
// its own: takes one bounded request, and passes it on to the broker.
//
// What a caller sends is a stranger's word. Who it is, the kernel has told the broker, and nothing
// that is read here can change that; the desk looks again by itself.
#ifndef ONEOFF_GATEWAY_BROKER_LOCAL_MONITOR_H_
#define ONEOFF_GATEWAY_BROKER_LOCAL_MONITOR_H_

#include <chrono>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "gateway/wire/messages.h"
#include "release/refusal.h"

namespace broker {

class LocalMonitor {
 public:
  // Both stay the caller's, and are closed by the process's end only.
  struct Sockets {
    int client;
    int broker;
  };
  enum class Standing {
    kKnown,    // somebody's account
    kUnknown,  // nobody's: unix_users does not name it
    kTooMany,  // has as many connections as one account may
  };

  LocalMonitor(Sockets sockets, std::string account, base::Log log)
      : sockets_(sockets), account_(std::move(account)), log_(std::move(log)) {}

  // Serves the connection to its end: the request is the broker's, or the client has read why not.
  void Run(Standing standing, std::chrono::milliseconds patience);

  // One packet as the request that it is, or what its sender is told.
  static release::Outcome<wire::LocalRequest> Understand(const std::string& packet);

 private:
  // Whether the request is the broker's.
  bool Serve(std::chrono::milliseconds patience);
  // From here on nothing comes in: what a descriptor that was sent along does when it is closed
  // is this process's affair.
  void StopReading() const;
  // Of somebody who may ask: told to the log, too. The others are counted, elsewhere.
  void Refuse(const release::Refusal& refusal);
  void Answer(const release::Refusal& refusal) const;
  // Returns when the broker has closed its own descriptor of the connection.
  void WaitForBroker() const;

  Sockets sockets_;
  std::string account_;
  base::Log log_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LOCAL_MONITOR_H_
