// Door: which connections are let in, by what is known of their source alone. It counts those that
// are inside and remembers who has offended; it touches no socket.
#ifndef ONEOFF_GATEWAY_SSH_DOOR_H_
#define ONEOFF_GATEWAY_SSH_DOOR_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/network.h"
#include "gateway/ssh/front_bounds.h"
#include "gateway/ssh/penalties.h"
#include "gateway/ssh/refusal.h"

namespace ssh {

enum class Offence {
  kCrash,     // its session was killed by a signal
  kAuthFail,  // a signature was refused
  kGrace,     // nobody logged in in time
  kNoAuth,    // it left before anybody had
};

class Door {
 public:
  // One connection's place inside, from its acceptance to its end. The door outlives it.
  class Place {
   public:
    Place(Place&& other) noexcept
        : door_(std::exchange(other.door_, nullptr)),
          address_(other.address_),
          source_(other.source_),
          blameless_(other.blameless_),
          starting_(other.starting_) {}
    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    // Somebody has logged in: from here on it is one of max_connections only.
    void LoggedIn();
    const base::IpAddress& address() const { return address_; }
    // Whatever it does is no offence.
    bool blameless() const { return blameless_; }

   private:
    friend class Door;
    Place(Door* door, const base::IpAddress& address, bool blameless)
        : door_(door), address_(address), source_(door->SourceOf(address)), blameless_(blameless) {}

    Door* door_;
    base::IpAddress address_;
    base::Network source_;
    bool blameless_;
    bool starting_ = true;
  };

  explicit Door(FrontBounds bounds) : bounds_(std::move(bounds)) {}
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  ~Door() = default;

  // From here on. Who is inside stays; penalties keep the time that they have.
  void Adopt(FrontBounds bounds) { bounds_ = std::move(bounds); }
  const FrontBounds& bounds() const { return bounds_; }

  base::Network SourceOf(const base::IpAddress& address) const;
  // A place for a connection from `address`, or why it has none. `roll` is random, 0 to 99.
  std::variant<Place, Refusal> Enter(const base::IpAddress& address, base::MonotonicTime now,
                                     unsigned roll);
  // The same for a load balancer, behind which many are: its address has no bound and no offences.
  std::variant<Place, Refusal> EnterBalancer(const base::IpAddress& address, unsigned roll);
  bool IsBalancer(const base::IpAddress& address) const;
  // What somebody at `address` has done, unless it is exempt: for how long its source is refused,
  // if that begins now.
  std::optional<std::chrono::milliseconds> Penalise(const base::IpAddress& address, Offence offence,
                                                    base::MonotonicTime now);

  std::size_t connections() const { return connections_; }
  std::size_t startups() const { return startups_; }

 private:
  bool Exempt(const base::IpAddress& address) const;
  bool DropEarly(unsigned roll) const;
  Place Take(const base::IpAddress& address, bool blameless);
  void EndStartup(const base::Network& source);

  FrontBounds bounds_;
  std::size_t connections_ = 0;
  std::size_t startups_ = 0;
  std::map<base::Network, std::size_t> startups_of_;
  Penalties ipv4_;
  Penalties ipv6_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_DOOR_H_
