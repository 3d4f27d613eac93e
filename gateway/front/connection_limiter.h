// ConnectionLimiter: which connections are let in, by what is known of their source alone. It
// counts those that are inside and remembers who has offended; it touches no socket.
#ifndef ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_
#define ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/network.h"
#include "gateway/front/front_bounds.h"
#include "gateway/front/penalties.h"
#include "gateway/front/refusal.h"

namespace front {

enum class Offence {
  kCrash,     // its session was killed by a signal
  kAuthFail,  // a signature was refused
  kGrace,     // nobody logged in in time
  kNoAuth,    // it left before anybody had
};

class ConnectionLimiter {
 public:
  // One connection's slot inside, from its acceptance to its end. The limiter outlives it.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)),
          address_(other.address_),
          source_(other.source_),
          person_(std::move(other.person_)),
          blameless_(other.blameless_),
          starting_(other.starting_) {}
    Slot& operator=(Slot&&) = delete;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot();

    // `person` has logged in (empty: their name is not known): from here on it is one of theirs, of
    // their source's and of max_connections. Or why it cannot be: then nothing has changed.
    std::optional<Refusal> LogIn(const std::string& person);
    // Its connection is being ended: others may have the slot now.
    void Vacate();
    const base::IpAddress& address() const { return address_; }
    // Whatever it does is no offence.
    bool blameless() const { return blameless_; }

   private:
    friend class ConnectionLimiter;
    Slot(ConnectionLimiter* limiter, const base::IpAddress& address, bool blameless)
        : limiter_(limiter),
          address_(address),
          source_(limiter->SourceOf(address)),
          blameless_(blameless) {}

    ConnectionLimiter* limiter_;
    base::IpAddress address_;
    base::Network source_;
    std::string person_;
    bool blameless_;
    bool starting_ = true;
  };

  explicit ConnectionLimiter(FrontBounds bounds) : bounds_(std::move(bounds)) {}
  ConnectionLimiter(const ConnectionLimiter&) = delete;
  ConnectionLimiter& operator=(const ConnectionLimiter&) = delete;
  ~ConnectionLimiter() = default;

  // From here on. Who is inside stays; penalties keep the time that they have.
  void Adopt(FrontBounds bounds) { bounds_ = std::move(bounds); }
  const FrontBounds& bounds() const { return bounds_; }

  base::Network SourceOf(const base::IpAddress& address) const;
  // Asked where connections that nobody has logged in on are many: whether one of them, which has
  // said nothing, has made room or can. Then no newcomer is dropped at random.
  using MakeRoom = std::function<bool()>;
  // A slot for a connection from `address`, or why it has none. `roll` is random, 0 to 99.
  std::variant<Slot, Refusal> Enter(const base::IpAddress& address, base::MonotonicTime now,
                                    unsigned roll, const MakeRoom& make_room = {});
  // The same for a load balancer, behind which many are: its address has no bound and no offences.
  std::variant<Slot, Refusal> EnterBalancer(const base::IpAddress& address, unsigned roll,
                                            const MakeRoom& make_room = {});
  bool IsBalancer(const base::IpAddress& address) const;
  // What somebody at `address` has done, unless it is exempt: for how long its source is refused,
  // if that begins now.
  std::optional<std::chrono::milliseconds> Penalise(const base::IpAddress& address, Offence offence,
                                                    base::MonotonicTime now);

  std::size_t connections() const { return connections_; }
  std::size_t startups() const { return startups_; }
  // No newcomer is let in unless another goes.
  bool full() const { return startups_ >= bounds_.full || connections_ >= bounds_.max_connections; }

 private:
  bool Exempt(const base::IpAddress& address) const;
  std::optional<Reason> Crowded(unsigned roll, const MakeRoom& make_room) const;
  bool DropEarly(unsigned roll) const;
  Slot Take(const base::IpAddress& address, bool blameless);
  void EndStartup(const base::Network& source);
  template <class Key>
  static std::size_t Of(const std::map<Key, std::size_t>& counts, const Key& key);
  template <class Key>
  static void Less(std::map<Key, std::size_t>& counts, const Key& key);

  FrontBounds bounds_;
  std::size_t connections_ = 0;
  std::size_t startups_ = 0;
  std::map<base::Network, std::size_t> startups_of_;
  // Those that are logged in.
  std::map<std::string, std::size_t> of_person_;
  std::map<base::Network, std::size_t> of_source_;
  Penalties ipv4_;
  Penalties ipv6_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_CONNECTION_LIMITER_H_
