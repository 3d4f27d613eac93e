// ConnectionLimiter: decides which connections the gateway admits, from their source address alone.
// It counts the admitted connections and remembers the sources that offended. It touches no socket.
//
// It runs in the gateway process, where one thread calls it. "Startups" are connections without a
// login, as in sshd. A login moves a connection from the startups to its person and its source.
// Bounds that apply per person come late, because the person is known only then. Usage:
//    auto judged = limiter.Enter(ip, clock.Monotonic(), arc4random_uniform(100));
//    if (auto* refusal = std::get_if<Refusal>(&judged)) return TurnAway(*refusal);
//    auto slot = std::get<ConnectionLimiter::Slot>(std::move(judged));
// The caller keeps the slot as long as the connection exists.
#ifndef ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_
#define ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/network.h"
#include "gateway/front/front_bounds.h"
#include "gateway/front/penalties.h"
#include "gateway/front/refusal.h"
#include "gateway/wire/session_process.h"

namespace front {

enum class Offence {
  kCrash,     // its session was killed by a signal
  kAuthFail,  // a signature was refused
  kGrace,     // no login within the grace time
  kNoAuth,    // the client left before a login
};

class ConnectionLimiter {
 public:
  // The slot of one admitted connection, from its acceptance to its end. The limiter outlives it.
  // Its destructor gives the slot back. It can be moved, but not assigned.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)),
          address_(other.address_),
          source_(other.source_),
          person_(std::move(other.person_)),
          held_(std::exchange(other.held_, 0)),
          blameless_(other.blameless_),
          starting_(other.starting_) {}
    Slot& operator=(Slot&&) = delete;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot();

    // `person` has logged in (empty: the name is not known). From here on the slot counts for the
    // person, for the source and for max_connections. A refusal if one of these bounds is reached;
    // then nothing changes.
    // Does nothing, and returns nullopt, if the slot is vacated or logged in already. A person
    // whose name is not known has no bound per person; a blameless connection has none per source.
    std::optional<Refusal> LogIn(const std::string& person);
    // After the login: notes that the session holds `bytes` that its client sent. Returns the bound
    // that the sessions of its person or of its source exceed together.
    // A report that is not above the one before never exceeds a bound. Before the login it is
    // ignored.
    std::optional<wire::HeldBound> Hold(std::size_t bytes);
    std::size_t held() const { return held_; }
    // Whether the bytes that `other` holds count towards the same bound as this slot's.
    bool SharesWith(const Slot& other, wire::HeldBound bound) const;
    // Gives the slot to other connections, before this one has ended.
    // Idempotent. The bytes that it holds no longer count.
    void Vacate();
    const base::IpAddress& address() const { return address_; }
    const base::Network& source() const { return source_; }
    // True if nothing that this connection does is an offence.
    bool blameless() const { return blameless_; }
    // The person who has logged in; empty: no login yet, or the name is not known.
    const std::string& person() const { return person_; }

   private:
    friend class ConnectionLimiter;
    void Settle(const std::string& person);
    Slot(ConnectionLimiter* limiter, const base::IpAddress& address, bool blameless)
        : limiter_(limiter),
          address_(address),
          source_(limiter->SourceOf(address)),
          blameless_(blameless) {}

    ConnectionLimiter* limiter_;
    base::IpAddress address_;
    base::Network source_;
    std::string person_;
    std::size_t held_ = 0;
    bool blameless_;
    bool starting_ = true;
  };

  explicit ConnectionLimiter(FrontBounds bounds) : bounds_(std::move(bounds)) {}
  ConnectionLimiter(const ConnectionLimiter&) = delete;
  ConnectionLimiter& operator=(const ConnectionLimiter&) = delete;
  ~ConnectionLimiter() = default;

  // `bounds` apply from here on. Admitted connections stay; penalties keep their end.
  void Adopt(FrontBounds bounds) { bounds_ = std::move(bounds); }
  const FrontBounds& bounds() const { return bounds_; }

  // The first ipv4_bits or ipv6_bits of the address.
  base::Network SourceOf(const base::IpAddress& address) const;
  // The limiter calls this when many connections have no login yet. `own`: how many of them the
  // newcomer's source has. It returns whether one of them has made room or can make room soon. If
  // so, the limiter drops no newcomer at random.
  using MakeRoom = std::function<bool(std::size_t own)>;
  // A slot for a connection from `address`, or the refusal. `roll` is random, 0 to 99.
  // The order of the checks: penalty (unless exempt), per_source, max_connections, random early
  // drop (`start`, `rate`, `full`). An address that is exempt from penalties has the other bounds.
  std::variant<Slot, Refusal> Enter(const base::IpAddress& address, base::MonotonicTime now,
                                    unsigned roll, const MakeRoom& make_room = {});
  // The same for a load balancer. Its address stands for many clients, so it has no bound and no
  // offences.
  std::variant<Slot, Refusal> EnterBalancer(const base::IpAddress& address, unsigned roll,
                                            const MakeRoom& make_room = {});
  // The slot of a connection that was let in before the gateway executed itself anew. `person`: of
  // one that is logged in.
  // It applies no bound: the connection exists.
  Slot Reenter(const base::IpAddress& address, bool blameless,
               const std::optional<std::string>& person);
  // The sources that are refused, and until when; and that again.
  std::vector<std::pair<base::Network, base::MonotonicTime>> Refused(base::MonotonicTime now) const;
  void Refuse(const base::Network& source, base::MonotonicTime end);
  bool IsBalancer(const base::IpAddress& address) const;
  // Counts `offence` against the source of `address`, unless the address is exempt. If the source's
  // refusal begins now: how long it lasts.
  // nullopt also if the refusal had begun before: then the offence only makes it longer.
  std::optional<std::chrono::milliseconds> Penalise(const base::IpAddress& address, Offence offence,
                                                    base::MonotonicTime now);

  // Both count slots, so without those that were vacated.
  std::size_t connections() const { return connections_; }
  std::size_t startups() const { return startups_; }
  std::size_t StartupsOf(const base::Network& source) const { return Of(startups_of_, source); }
  // True if the gateway can admit a newcomer only after another connection has ended.
  bool full() const { return startups_ >= bounds_.full || connections_ >= bounds_.max_connections; }

 private:
  bool Exempt(const base::IpAddress& address) const;
  std::optional<Reason> Crowded(std::size_t own, unsigned roll, const MakeRoom& make_room) const;
  bool DropEarly(unsigned roll) const;
  Slot Take(const base::IpAddress& address, bool blameless);
  void EndStartup(const base::Network& source);
  template <class Key>
  static std::size_t Of(const std::map<Key, std::size_t>& counts, const Key& key);
  template <class Key>
  static void Less(std::map<Key, std::size_t>& counts, const Key& key);
  template <class Key>
  static std::size_t Change(std::map<Key, std::size_t>& sums, const Key& key, std::size_t before,
                            std::size_t now);

  FrontBounds bounds_;
  std::size_t connections_ = 0;
  std::size_t startups_ = 0;
  std::map<base::Network, std::size_t> startups_of_;
  // Connections that are logged in.
  std::map<std::string, std::size_t> of_person_;
  std::map<base::Network, std::size_t> of_source_;
  std::map<std::string, std::size_t> held_of_person_;
  std::map<base::Network, std::size_t> held_of_source_;
  Penalties ipv4_;
  Penalties ipv6_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_
