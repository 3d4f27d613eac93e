// Connections: the clients' connections, each with its monitor. A monitor costs a process, so it is
// forked when the session process sends its first byte.
#ifndef ONEOFF_GATEWAY_BROKER_CONNECTIONS_H_
#define ONEOFF_GATEWAY_BROKER_CONNECTIONS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authz/signing_key.h"
#include "base/clock.h"
#include "base/crowd.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/broker/child_table.h"
#include "gateway/broker/live_configuration.h"
#include "gateway/broker/login_recorder.h"
#include "gateway/broker/request_dispatcher.h"
#include "gateway/broker/spare_descriptors.h"
#include "gateway/role/child_log.h"
#include "gateway/wire/messages.h"

namespace broker {

class Connections {
 public:
  // All of it outlives the Connections.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    LiveConfiguration& configuration;
    const std::vector<authz::SigningKey>& host_keys;
    role::ChildLog& child_log;
    std::optional<base::Identity> monitor_user;  // nullopt: this process's own
    SpareDescriptors& spare;
    ChildTable& children;
    RequestDispatcher& requests;
    LoginRecorder& logins;
  };

  // kSystem if the kernel has no epoll(7) instance for it.
  static base::Result<std::unique_ptr<Connections>> Create(Deps deps);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // `fds`: the session process's socket to its monitor, and perhaps the monitor's socket to the
  // gateway.
  void Add(wire::Connection connection, std::vector<base::UniqueFd> fds);

 private:
  struct Waiting {
    base::UniqueFd session;
    base::UniqueFd gateway;  // the monitor's socket to the gateway
    std::string address;
  };

  Connections(Deps deps, std::unique_ptr<base::Crowd> crowd);
  void ForkMonitor(int session);
  void OnMonitor(int monitor);

  Deps deps_;
  std::map<int, Waiting> waiting_;          // no byte has come yet; by the session's descriptor
  std::map<int, base::UniqueFd> monitors_;  // our ends of the sockets to the monitors
  std::unique_ptr<base::Crowd> crowd_;      // watches monitors_; most of them are silent
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_CONNECTIONS_H_
