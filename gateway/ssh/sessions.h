// Sessions: the processes that serve connections, one each, from their fork to their end. It keeps
// their places at the door, and tells the door what they did.
#ifndef ONEOFF_GATEWAY_SSH_SESSIONS_H_
#define ONEOFF_GATEWAY_SSH_SESSIONS_H_

#include <sys/types.h>

#include <map>

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/role/child_log.h"
#include "gateway/ssh/address.h"
#include "gateway/ssh/broker_link.h"
#include "gateway/ssh/door.h"
#include "gateway/ssh/server_side.h"

namespace ssh {

class Sessions {
 public:
  // What it works with. All of it outlives the sessions.
  struct Tools {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerLink& broker;
    const ServerSide& server_side;
    Door& door;
    role::ChildLog& child_log;
  };

  explicit Sessions(Tools tools) : tools_(tools) {}
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;
  // The processes go on.
  ~Sessions();

  // A process for `client`, and a monitor for it. `client` stays the caller's: on an error it may
  // be told of it.
  base::Result<void> Start(const base::UniqueFd& client, const Address& address, Door::Place place);
  // After SIGCHLD: takes note of those that have ended.
  void Reap();

  bool empty() const { return sessions_.empty(); }
  std::size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    base::Child process;
    Address address;
    Door::Place place;
    base::UniqueFd words;  // until somebody has logged in
    base::MonotonicTime since;
    bool failed = false;  // a signature was refused
    bool logged_in = false;
    bool overdue = false;  // killed by EndOverdue
  };

  int Serve(base::UniqueFd client, base::UniqueFd monitor, const base::Log& log) const;
  void OnWords(pid_t pid);
  void HearWords(Entry& entry);
  void NoteEnd(const Entry& entry, int status);
  void Penalise(const Entry& entry, Offence offence);
  void EndOverdue();

  Tools tools_;
  std::map<pid_t, Entry> sessions_;
  base::Loop::TimerId sweep_ = 0;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SESSIONS_H_
