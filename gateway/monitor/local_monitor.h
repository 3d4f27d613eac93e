// LocalMonitor: serves one caller on this host (`oneoff run --app`), in a process of its own. It
// takes one bounded request and passes it on to the broker.
//
// The caller's bytes are untrusted. The kernel has told the broker the caller's uid (SO_PEERCRED,
// unix(7)), and no byte read here can change that. The launcher looks the account up itself.
//
// The process has the role kLocal: no file, a list of system calls, no privileges. Only it may be
// blocked by a caller that does not read, or that sends descriptors whose close blocks.
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
  // `client` and `broker` stay open until the process ends; this object does not close them.
  struct Sockets {
    int client;
    int broker;
    base::FdPair line;  // SOCK_SEQPACKET: `second` goes to the broker with the request
  };
  enum class Standing {
    kKnown,    // unix_users names the account
    kUnknown,  // unix_users does not name the account
    kTooMany,  // the account has as many connections as it may
  };

  // `account` is the UNIX account's name, or "#UID". An empty `log` is allowed.
  LocalMonitor(Sockets sockets, std::string account, base::Log log)
      : sockets_(std::move(sockets)), account_(std::move(account)), log_(std::move(log)) {}

  // Serves the connection until the client has its one answer. `patience` bounds the wait for the
  // request. Run cancels an alarm(2) that the caller has set beyond that once the request has come.
  // The caller calls it once. For a standing other than kKnown it answers (status 77 for kUnknown,
  // 75 for kTooMany) without reading a byte. It returns when the caller has its answer, and then
  // the process ends.
  void Run(Standing standing, std::chrono::milliseconds patience);
  // Refuses the caller, because the broker cannot find out its account.
  // Status 75: the account may be found at the next try.
  void RunUnknowing(const base::Error& why);

  // Parses one packet. The refusal is for its sender.
  // A pure function. Status 64 for a packet above wire::kMaxStart, for anything but one
  // local-request, and for another wire::kVersion. A command above the limit comes back cut
  // (wire::Start::CutShort), so that the launcher can record its refusal.
  static release::Outcome<wire::LocalRequest> Understand(const std::string& packet);

 private:
  // Returns whether it passed the request on and the client has its answer.
  bool Serve(std::chrono::milliseconds patience);
  // Gives the broker a fresh socket instead of the client's own. A descriptor that a client has
  // sent into its socket may block when it is closed (for example a lingering socket); then it
  // blocks only this process.
  bool PassOn(const wire::LocalRequest& request);
  // Refuses an account that unix_users names, and logs that. Refusals of other accounts are only
  // counted, by the broker.
  void Refuse(const release::Refusal& refusal);
  void Answer(const release::Refusal& refusal) const;
  // Blocks until the broker has closed its own descriptor of the connection.
  void WaitForBroker() const;

  Sockets sockets_;
  std::string account_;
  base::Log log_;
};

}  // namespace monitor

#endif  // ONEOFF_GATEWAY_MONITOR_LOCAL_MONITOR_H_
