// LocalListener: the broker's UNIX socket for callers on this host (`oneoff run --app`). Every UNIX
// user may connect; the kernel names the user (SO_PEERCRED, unix(7)).
//
// It accepts connections, limits them and forks a LocalMonitor for each one. It reads nothing that
// a caller sends. A caller can leave descriptors unread in its socket, and closing these can block.
// So the monitor is the last process to close the socket, unless no monitor can be forked.
//
// The socket is RUN/local.socket, mode 0666. The count of an account includes callers whose request
// a launcher serves, so it bounds the launchers of an account, too.
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
  // Limits on connections at once, from accept to the answer: of all accounts, and of one.
  static constexpr std::size_t kMostCallers = 128;
  static constexpr std::size_t kMostOfAccount = 32;

  // All of it outlives the LocalListener.
  struct Deps {
    base::Loop& loop;
    const base::Log& log;
    role::ChildLog& child_log;
    const installation::Configuration& configuration;
    std::optional<base::Identity> monitor_user;  // a monitor's user; nullopt: this process's own
    SpareDescriptors& spare;
  };
  struct Request {
    int caller;  // for Answered
    uid_t uid;   // from the kernel
    wire::LocalRequest message;
    base::UniqueFd connection;  // nothing more is read from it
  };
  // The loop calls them, except `forget`, which runs in the child before it is confined.
  struct Hooks {
    std::function<void()> refresh;  // before a caller is heard: reloads a changed configuration
    std::function<void()> forget;   // in a new monitor: drops what a monitor does not need
    std::function<void(base::Child)> born;
    std::function<void(Request)> request;
    std::function<void(const wire::LocalStranger&)> stranger;
  };

  // `listener` is non-blocking, SOCK_SEQPACKET, and owned from here on.
  LocalListener(base::UniqueFd listener, Deps deps, Hooks hooks);
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;
  ~LocalListener();

  // To be called once the request of `caller` is answered, or never will be.
  // Frees the caller's place and closes the socket to its monitor.
  void Answered(int caller);
  // Accepts no more connections. Accepted callers are still served.
  void Close();
  // Whether no caller is connected.
  bool idle() const { return callers_.empty(); }

 private:
  struct Caller {
    base::UniqueFd monitor;  // our end of the socket to it
    uid_t uid = 0;
  };

  void OnListener();
  // Forks the monitor, also for a caller whose account has too many: the monitor tells them.
  base::Result<void> Admit(base::UniqueFd client, uid_t uid);
  // Runs in the child.
  // SIGALRM (alarm(2)) ends a monitor 5 s after login_grace, unless its request has come.
  void BeginPatience() const;
  int Serve(monitor::LocalMonitor::Sockets sockets, const base::Result<std::string>& account,
            uid_t uid, bool too_many, const base::Log& log) const;
  void OnMonitor(int monitor);
  std::size_t CountOf(uid_t uid) const;
  // Logs at most one line a minute.
  void TurnAway(uid_t uid);
  // Accepts no connection for that long; callers wait in the kernel's queue.
  void Pause(std::chrono::milliseconds delay);
  void Rearm();

  base::UniqueFd listener_;
  Deps deps_;
  Hooks hooks_;
  std::map<int, Caller> callers_;  // by the descriptor of the socket to the monitor
  base::Loop::TimerId pause_ = 0;
  base::Loop::TimerId quiet_ = 0;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LOCAL_LISTENER_H_
