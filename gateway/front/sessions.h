// Sessions: the processes that serve connections, one each, from their fork to their end. It keeps
// their places at the limiter, and tells the limiter what they did.
#ifndef ONEOFF_GATEWAY_FRONT_SESSIONS_H_
#define ONEOFF_GATEWAY_FRONT_SESSIONS_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/connection_limiter.h"
#include "gateway/role/child_log.h"

namespace front {

// Serves one connection, in a process of its own: `client` is its socket, `monitor` the one towards
// its monitor. Returns what that process exits with: a wire::SessionEnding.
using ServeConnection =
    std::function<int(base::UniqueFd client, base::UniqueFd monitor, const base::Log& log)>;

class Sessions {
 public:
  // What it works with. All of it outlives the sessions.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerClient& broker;
    const ServeConnection& serve;
    ConnectionLimiter& limiter;
    role::ChildLog& child_log;
    // Somebody has logged in, and there is no slot for them.
    std::function<void(const base::IpAddress&, Reason, const std::string& person)> refused;
  };

  explicit Sessions(Deps deps) : deps_(deps) {}
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;
  // The processes go on.
  ~Sessions();

  // A process for `client`, and a monitor for it. `client` stays the caller's: on an error it may
  // be told of it.
  base::Result<void> Start(const base::UniqueFd& client, const Address& address,
                           ConnectionLimiter::Slot slot);
  // A connection that was ended because it has said nothing.
  struct Silent {
    base::UniqueFd client;
    Address address;
    bool greeted = false;  // it has our version line
  };
  // What became of the oldest connection that has said nothing, or else of the oldest that has
  // fallen silent before its key exchange: it is ended, or, unless `pressing`, left a moment longer
  // because it has only just come. nullopt if there is none.
  struct Room {
    std::optional<Silent> ended;
  };
  enum class Need { kSoon, kPressing };
  std::optional<Room> EndOldestSilent(Need need);

  // After SIGCHLD: takes note of those that have ended.
  void Reap();

  bool empty() const { return sessions_.empty(); }
  std::size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    base::Child process;
    Address address;
    ConnectionLimiter::Slot slot;
    base::UniqueFd words;  // the monitor's, until somebody has logged in
    base::MonotonicTime since;
    bool failed = false;  // a signature was refused
    int guesses = 0;      // six keys each, refused without a signature
    bool logged_in = false;
    bool refused = false;     // who has logged in is told to go
    bool overdue = false;     // killed by EndOverdue
    bool turned_out = false;  // killed by EndOldestSilent
    // Until the key exchange is signed: the client's socket, and how many of its bytes the session
    // will not get (a balancer's header).
    base::UniqueFd client = {};
    std::uint64_t before = 0;
    std::uint64_t number = 0;  // its key in unexchanged_
  };

  void OnWords(pid_t pid);
  void HearWords(Entry& entry);
  void Heed(Entry& entry, std::string_view word);
  void LogIn(Entry& entry, const std::string& person);
  void Forget(Entry& entry);
  Silent TurnOut(pid_t pid, Entry& entry);
  void NoteEnd(const Entry& entry, int status);
  void Penalise(const Entry& entry, Offence offence);
  void EndOverdue();

  Deps deps_;
  std::map<pid_t, Entry> sessions_;
  std::map<std::uint64_t, pid_t> unexchanged_;  // those that have a `client`: the oldest first
  std::uint64_t next_number_ = 0;
  std::size_t leaving_ = 0;  // turned out and not reaped
  base::Loop::TimerId sweep_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_SESSIONS_H_
