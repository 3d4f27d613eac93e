// RequestDispatcher: forks a launcher for each request, and limits what one person's requests cost.
// Requests beyond requests_per_person wait in a queue; those of a person with too many refusals are
// refused after a delay, unread. It does not look into a request: the launcher does.
#ifndef ONEOFF_GATEWAY_BROKER_REQUEST_DISPATCHER_H_
#define ONEOFF_GATEWAY_BROKER_REQUEST_DISPATCHER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/broker/audit_link.h"
#include "gateway/broker/child_table.h"
#include "gateway/broker/live_configuration.h"
#include "gateway/broker/refusals.h"
#include "gateway/record/store.h"
#include "gateway/role/child_log.h"
#include "gateway/run/management.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"

namespace broker {

// A request as received.
struct ReceivedRequest {
  int from;                    // the socket to the monitor that sent it
  std::optional<uid_t> local;  // the user of a caller on this host
  wire::Request request;
  base::UniqueFd session;  // gets the answer
};

class RequestDispatcher {
 public:
  // All of it outlives the dispatcher.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    LiveConfiguration& configuration;
    const config::Paths& paths;
    run::Registry& registry;
    record::Store& recordings;
    run::ManagementFolder& management;
    AuditLink& audit;
    role::ChildLog& child_log;
    ChildTable& children;
    std::optional<base::Identity> recorder;  // a supervisor's user; nullopt: this process's own
  };
  struct Hooks {
    std::function<void()> forget;                  // in a launcher: drops the host keys
    std::function<void(int from)> local_answered;  // a local caller's request is over
  };

  RequestDispatcher(Deps deps, Hooks hooks);
  RequestDispatcher(const RequestDispatcher&) = delete;
  RequestDispatcher& operator=(const RequestDispatcher&) = delete;

  void Serve(ReceivedRequest asked);
  // The monitor's connection `from` is gone: its queued requests are dropped.
  void Drop(int from);
  // Refuses what is queued, and every later request.
  void Stop();

 private:
  // A request whose launcher has not answered yet.
  struct Launched {
    // Becomes readable with the launcher's report; end of file: the launcher died first.
    base::UniqueFd answered;
    base::UniqueFd session;
    int from = -1;
    bool local = false;
    std::uint32_t channel = 0;
    std::string who;  // from WhoAsks
  };
  // A request that is refused without a launcher, after a delay.
  struct Held {
    base::UniqueFd session;
    int from = -1;
    bool local = false;
    std::uint32_t channel = 0;
  };

  static std::string WhoAsks(const ReceivedRequest& asked);
  static void TellLost(const Launched& request);
  base::Result<void> Admit(int from) const;
  // Takes `session` only on success.
  base::Result<void> StartLauncher(ReceivedRequest asked, base::UniqueFd& session);
  void OnLauncher(int answered);
  std::ptrdiff_t CountUnanswered(int from) const;
  std::ptrdiff_t CountServed(const std::string& who) const;
  void ServeQueued(const std::string& who);
  void Hold(ReceivedRequest asked);
  void RefuseHeld(std::uint64_t id);

  Deps deps_;
  Hooks hooks_;
  std::map<int, Launched> launched_;  // by `answered`
  // By who asks; oldest first, never empty.
  std::map<std::string, std::deque<ReceivedRequest>> queued_;
  std::map<std::uint64_t, Held> held_;
  std::uint64_t next_held_ = 0;
  Refusals refusals_;
  bool stopping_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_REQUEST_DISPATCHER_H_
