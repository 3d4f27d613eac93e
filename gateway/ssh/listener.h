// Listener: accepts connections and gives each a process of its own and a monitor. It reads no byte
// of any of them.
#ifndef ONEOFF_GATEWAY_SSH_LISTENER_H_
#define ONEOFF_GATEWAY_SSH_LISTENER_H_

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/ssh/address.h"
#include "gateway/ssh/broker_link.h"
#include "gateway/ssh/server_side.h"

namespace ssh {

class Listener {
 public:
  // What it works with. All of it outlives the listener.
  struct Tools {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerLink& broker;
    const ServerSide& server_side;
  };

  // `sockets` listen (ListenOn); at most `max_connections` are served at once, further ones wait in
  // the kernel's queue.
  Listener(Tools tools, std::vector<base::UniqueFd> sockets, std::size_t max_connections);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Accepts until SIGTERM or SIGINT. Sessions outlive it. WarmUp has been called, privileges are
  // dropped, and no thread was started.
  base::Result<void> Run();

 private:
  void OnSocket(int socket);
  void Serve(base::UniqueFd client, const Address& address);
  int Session(base::UniqueFd client, base::UniqueFd monitor, const Address& address);
  void OnSignal();
  void Reap();
  void Watch();
  void Pause();

  Tools tools_;
  std::vector<base::UniqueFd> sockets_;
  std::size_t max_connections_;
  base::UniqueFd null_;
  base::UniqueFd signals_;
  std::map<pid_t, std::string> sessions_;  // and whose they are, for the log
  base::Loop::TimerId pause_ = 0;
  bool full_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_LISTENER_H_
