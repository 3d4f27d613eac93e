// Sessions: the processes that serve connections, one each, from their fork to their end. It keeps
// their slots at the connection limiter, and reports their offences to it.
//
// It runs in the gateway process. A session process (role::kSession) gets the client's socket, a
// socket to its monitor and one for its report of held bytes. The gateway keeps the slot, a
// duplicate of the client's socket until the first key exchange (to ask for TCP_INFO and to send a
// refusal), and a socket to the monitor until the login. It believes the monitor, and of the
// session only the number of held bytes and the exit status.
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
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/connection_limiter.h"
#include "gateway/front/handover.h"
#include "gateway/role/child_log.h"
#include "gateway/wire/session_process.h"

namespace front {

// Serves one connection in the process that Sessions forks for it.
// Its result becomes the process's exit status (wire::SessionEnding).
using ServeConnection =
    std::function<wire::SessionEnding(wire::SessionSockets sockets, const base::Log& log)>;

class Sessions {
 public:
  // What the sessions work with. All of it outlives them.
  struct Deps {
    base::Loop& loop;
    const base::Clock& clock;
    const base::Log& log;
    BrokerClient& broker;
    const ServeConnection& serve;
    ConnectionLimiter& limiter;
    role::ChildLog& child_log;
    // Called when a person has logged in and the limiter has no slot for them.
    std::function<void(const base::IpAddress&, Reason, const std::string& person)> refused;
    // A session of a client from there has crashed.
    std::function<void(const base::IpAddress&)> crashed;
  };

  explicit Sessions(Deps deps) : deps_(deps) {}
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;
  // The session processes go on.
  ~Sessions();

  // Forks a session process for `client`, and asks the broker for its monitor. `client` stays the
  // caller's, who can still send a refusal after an error.
  // kSystem and other errors of fork(2), pipes and socket pairs: then no process exists, and the
  // slot is free. That the broker could not be told is only logged; the session then loses its
  // monitor.
  base::Result<void> Start(const base::UniqueFd& client, const Address& address,
                           ConnectionLimiter::Slot slot);
  // A connection that the gateway ended to make room for others.
  struct Ended {
    Reason reason = Reason::kSilent;
    base::UniqueFd client;  // invalid once keys are exchanged: only the session could write then
    Address address;
    bool greeted = false;  // the client has our version line
  };
  // Ends one connection without a login: the oldest whose client has sent nothing for a moment; or
  // else the oldest whose client fell silent before the end of its key exchange; or else the oldest
  // of the source that has the most. None of a source that has fewer than the newcomer's source,
  // which has `own`. With kSoon, a silent connection that has only just come makes room soon, and
  // `ended` is empty. nullopt if there is no such connection.
  struct Room {
    std::optional<Ended> ended;
  };
  // kSoon: there is room for the newcomer, but few places are left. kPressing: there is none.
  enum class Need { kSoon, kPressing };
  // A client may take 200 ms for its first byte and 2 s between bytes of its key exchange. The
  // session is killed with SIGKILL, its offence is counted, and its slot is free at once. At most
  // 32 killed sessions may be unreaped: nullopt beyond that.
  std::optional<Room> MakeRoom(Need need, std::size_t own);

  // Returns all sessions that are not reaped; their descriptors stay this object's. Resume takes
  // them over in a process that has executed itself anew: once, before any Start.
  std::vector<HeldSession> Held() const;
  void Resume(const std::vector<HeldSession>& held);

  // Call after SIGCHLD: reaps the sessions that have ended and notes how.
  // Must be called for each SIGCHLD in this process, since it waits for any child (waitpid(2) with
  // -1). A child that is no session, for example a ProxyReader's, is reaped and ignored.
  void Reap();

  bool empty() const { return sessions_.empty(); }
  std::size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    base::Child process;
    Address address;
    ConnectionLimiter::Slot slot;
    base::UniqueFd words;  // from the monitor, until a login
    // When it was forked.
    base::MonotonicTime since;
    bool failed = false;  // a signature was refused
    int guesses = 0;      // each stands for six keys refused without a signature
    bool logged_in = false;
    bool refused = false;     // logged in, but the limiter had no slot
    bool overdue = false;     // killed by EndOverdue
    bool turned_out = false;  // killed by MakeRoom
    // Until the first key exchange is signed: the client's socket, and how many of its bytes the
    // session does not get (a balancer's header).
    base::UniqueFd client = {};
    std::uint64_t before = 0;
    std::uint64_t number = 0;  // its key in unexchanged_
    base::UniqueFd held = {};  // tells what it holds; until it is told to end for it
  };

  void Add(pid_t pid, Entry entry);
  void OnWords(pid_t pid);
  // A report of the session's: 4 bytes in native order.
  void OnHeld(pid_t pid);
  // Asks the one that holds most to end, over its `held` socket; only the session can tell its
  // client.
  void EndHeldMost(const ConnectionLimiter::Slot& slot, wire::HeldBound bound);
  void StopHearing(Entry& entry);
  // Reads all packets of the monitor's that are there; stops for good after the login.
  void HearWords(Entry& entry);
  void Heed(Entry& entry, std::string_view word);
  // Answers the monitor: a slot, or the reason why there is none.
  void LogIn(Entry& entry, const std::string& person);
  void Forget(Entry& entry);
  std::optional<pid_t> OldestOfLargestSource(std::size_t own) const;
  // Kills the session, counts the offence and frees the slot.
  Ended TurnOut(pid_t pid, Entry& entry, Reason reason);
  // Maps a signal or an exit status to an offence, or to none.
  void NoteEnd(const Entry& entry, int status);
  void Penalise(const Entry& entry, Offence offence);
  // Every 5 s: kills a session without a login 15 s after login_grace, in case it is hung.
  void EndOverdue();

  Deps deps_;
  std::map<pid_t, Entry> sessions_;
  std::map<std::uint64_t, pid_t> unexchanged_;  // entries with a `client`, oldest first
  std::uint64_t next_number_ = 0;
  std::size_t leaving_ = 0;  // turned out and not yet reaped
  base::Loop::TimerId sweep_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_SESSIONS_H_
