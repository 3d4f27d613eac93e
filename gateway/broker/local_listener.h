// LocalListener: the broker's socket for those who are on this host already (`oneoff run --app`).
// Every UNIX user may connect; who it is, the kernel says.
//
// It accepts, bounds, and forks a LocalMonitor for each connection; of what callers send it reads
// nothing. Whoever would be the last to close a connection could be held up by a descriptor that
// lies unread in it: that is not this process, unless there is none to be had.
#ifndef ONEOFF_GATEWAY_BROKER_LOCAL_LISTENER_H_
#define ONEOFF_GATEWAY_BROKER_LOCAL_LISTENER_H_

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>

#include "base/child.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/broker/spare_descriptors.h"
#include "gateway/installation/configuration.h"
#include "gateway/monitor/local_monitor.h"
#include "gateway/role/child_log.h"
#include "gateway/wire/messages.h"

namespace broker {

class LocalListener {
 public:
  // Connections at once, and of one account: from their acceptance until their request is answered.
  static constexpr std::size_t kMostCallers = 128;
  static constexpr std::size_t kMostOfAccount = 32;

  // All of it outlives the door.
  struct Deps {
    base::Loop& loop;
    const base::Log& log;
    role::ChildLog& child_log;
    const installation::Configuration& configuration;
    std::optional<base::Identity> monitor_user;  // the user of a monitor
    SpareDescriptors& spare;
  };
  struct Request {
    int caller;  // for Answered
    uid_t uid;   // the kernel's word
    wire::LocalRequest message;
    base::UniqueFd connection;  // nothing more is to be read from it
  };
  struct Hooks {
    std::function<void()> refresh;  // before somebody is heard: the configuration as it is now
    std::function<void()> forget;   // in a new process: what it does not need
    std::function<void(base::Child)> born;
    std::function<void(Request)> request;
    std::function<void(const wire::LocalStranger&)> stranger;
  };

  LocalListener(base::UniqueFd listener, Deps deps, Hooks hooks);
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;
  ~LocalListener();

  // The request of `caller` has been answered, or never will be.
  void Answered(int caller);
  // From now on nobody is let in; those who are, are served.
  void Close();
  // Whether nobody is being heard or served.
  bool idle() const { return callers_.empty(); }

 private:
  struct Caller {
    base::UniqueFd monitor;  // our end towards it
    uid_t uid = 0;
  };

  void OnListener();
  base::Result<void> Admit(base::UniqueFd client, uid_t uid);
  // In the child.
  void BeginPatience() const;
  int Serve(monitor::LocalMonitor::Sockets sockets, const base::Result<std::string>& account,
            uid_t uid, bool too_many, const base::Log& log) const;
  void OnMonitor(int monitor);
  std::size_t CountOf(uid_t uid) const;
  void TurnAway(uid_t uid);
  void Pause(std::chrono::milliseconds delay);
  void Rearm();

  base::UniqueFd listener_;
  Deps deps_;
  Hooks hooks_;
  std::map<int, Caller> callers_;  // by the descriptor towards the monitor
  base::Loop::TimerId pause_ = 0;
  base::Loop::TimerId quiet_ = 0;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LOCAL_LISTENER_H_
