#include "gateway/front/connection_limiter.h"

#include <algorithm>
#include <vector>

namespace front {
namespace {

std::chrono::milliseconds TimeFor(Offence offence, const PenaltyBounds& bounds) {
  switch (offence) {
    case Offence::kCrash:
      return bounds.crash;
    case Offence::kAuthFail:
      return bounds.authfail;
    case Offence::kGrace:
      return bounds.grace_exceeded;
    case Offence::kNoAuth:
      break;
  }
  return bounds.noauth;
}

bool Holds(const std::vector<base::Network>& networks, const base::IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const base::Network& network) { return network.Holds(address); });
}

}  // namespace

template <class Key>
std::size_t ConnectionLimiter::Of(const std::map<Key, std::size_t>& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <class Key>
void ConnectionLimiter::Less(std::map<Key, std::size_t>& counts, const Key& key) {
  const auto found = counts.find(key);
  // Erased at zero, so the map holds only sources that have a connection.
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

// The sum of `key`, of which one part was `before` and is `now`.
template <class Key>
std::size_t ConnectionLimiter::Change(std::map<Key, std::size_t>& sums, const Key& key,
                                      std::size_t before, std::size_t now) {
  const std::size_t sum = Of(sums, key) - before + now;
  if (sum == 0) {
    sums.erase(key);
  } else {
    sums[key] = sum;
  }
  return sum;
}

ConnectionLimiter::Slot::~Slot() { Vacate(); }

void ConnectionLimiter::Slot::Vacate() {
  if (limiter_ == nullptr) return;
  (void)Hold(0);
  --limiter_->connections_;
  if (starting_) {
    limiter_->EndStartup(source_);
  } else {
    Less(limiter_->of_source_, source_);
    Less(limiter_->of_person_, person_);
  }
  limiter_ = nullptr;
}

std::optional<Refusal> ConnectionLimiter::Slot::LogIn(const std::string& person) {
  if (limiter_ == nullptr || !starting_) return std::nullopt;
  const FrontBounds& bounds = limiter_->bounds_;
  if (!person.empty() && Of(limiter_->of_person_, person) >= bounds.connections_per_person) {
    return Refusal{Reason::kOfPerson, {}, bounds.connections_per_person};
  }
  // A balancer's own connection belongs to no client, so it counts against no source.
  if (!blameless_ && Of(limiter_->of_source_, source_) >= bounds.connections_per_source) {
    return Refusal{Reason::kOfSource, {}, bounds.connections_per_source};
  }
  // Both limits are checked before either count changes: a refused login leaves no trace.
  Settle(person);
  return std::nullopt;
}

void ConnectionLimiter::Slot::Settle(const std::string& person) {
  limiter_->EndStartup(source_);
  ++limiter_->of_person_[person];
  ++limiter_->of_source_[source_];
  person_ = person;
  starting_ = false;
}

std::optional<wire::HeldBound> ConnectionLimiter::Slot::Hold(std::size_t bytes) {
  if (limiter_ == nullptr || starting_) return std::nullopt;
  const std::size_t before = std::exchange(held_, bytes);
  const std::size_t of_person = Change(limiter_->held_of_person_, person_, before, bytes);
  const std::size_t of_source = Change(limiter_->held_of_source_, source_, before, bytes);
  const FrontBounds& bounds = limiter_->bounds_;
  // A connection that has just given bytes back is no reason to end one.
  if (bytes <= before) return std::nullopt;
  if (!person_.empty() && of_person > bounds.bytes_held_per_person) return wire::HeldBound::kPerson;
  if (!blameless_ && of_source > bounds.bytes_held_per_source) return wire::HeldBound::kSource;
  return std::nullopt;
}

bool ConnectionLimiter::Slot::SharesWith(const Slot& other, wire::HeldBound bound) const {
  if (starting_ || other.limiter_ == nullptr || other.starting_) return false;
  return bound == wire::HeldBound::kPerson ? person_ == other.person_ : source_ == other.source_;
}

base::Network ConnectionLimiter::SourceOf(const base::IpAddress& address) const {
  return base::Network::Of(address, address.bits == 32 ? bounds_.ipv4_bits : bounds_.ipv6_bits);
}

std::variant<ConnectionLimiter::Slot, Refusal> ConnectionLimiter::Enter(
    const base::IpAddress& address, base::MonotonicTime now, unsigned roll,
    const MakeRoom& make_room) {
  const base::Network source = SourceOf(address);
  // A table for each family: offences from a large IPv6 prefix cannot push IPv4 penalties out.
  const Penalties& penalties = address.bits == 32 ? ipv4_ : ipv6_;
  if (const auto left = penalties.Left(source, now); left && !Exempt(address)) {
    return Refusal{Reason::kPenalty, *left};
  }
  const std::size_t own = StartupsOf(source);
  if (own >= bounds_.per_source) return Refusal{Reason::kPerSource, {}};
  if (const auto reason = Crowded(own, roll, make_room)) return Refusal{*reason, {}};
  return Take(address, /*blameless=*/false);
}

std::variant<ConnectionLimiter::Slot, Refusal> ConnectionLimiter::EnterBalancer(
    const base::IpAddress& address, unsigned roll, const MakeRoom& make_room) {
  // Its header names the client, and so the source, only later.
  if (const auto reason = Crowded(0, roll, make_room)) return Refusal{*reason, {}};
  return Take(address, /*blameless=*/true);
}

ConnectionLimiter::Slot ConnectionLimiter::Reenter(const base::IpAddress& address, bool blameless,
                                                   const std::optional<std::string>& person) {
  Slot slot = Take(address, blameless);
  if (person) slot.Settle(*person);
  return slot;
}

std::vector<std::pair<base::Network, base::MonotonicTime>> ConnectionLimiter::Refused(
    base::MonotonicTime now) const {
  auto refused = ipv4_.Refused(now);
  const auto others = ipv6_.Refused(now);
  refused.insert(refused.end(), others.begin(), others.end());
  return refused;
}

void ConnectionLimiter::Refuse(const base::Network& source, base::MonotonicTime end) {
  (source.first.bits == 32 ? ipv4_ : ipv6_).Restore(source, end);
}

bool ConnectionLimiter::IsBalancer(const base::IpAddress& address) const {
  return Holds(bounds_.balancers, address);
}

ConnectionLimiter::Slot ConnectionLimiter::Take(const base::IpAddress& address, bool blameless) {
  Slot slot(this, address, blameless);
  ++connections_;
  ++startups_;
  ++startups_of_[slot.source_];
  return slot;
}

// The reason if there are too many connections in total.
std::optional<Reason> ConnectionLimiter::Crowded(std::size_t own, unsigned roll,
                                                 const MakeRoom& make_room) const {
  const bool many = startups_ >= bounds_.start || connections_ >= bounds_.max_connections;
  // Asked at most once for a newcomer, because it may end another connection.
  const bool room = many && make_room && make_room(own);
  if (connections_ >= bounds_.max_connections) return Reason::kFull;
  if (room ? startups_ >= bounds_.full : DropEarly(roll)) return Reason::kStartups;
  return std::nullopt;
}

// Random early drop, as MaxStartups of sshd_config(5).
bool ConnectionLimiter::DropEarly(unsigned roll) const {
  // Between `start` and `full` a growing share of newcomers is dropped at random, so a flood does
  // not keep out all others.
  if (startups_ >= bounds_.full) return true;
  if (startups_ < bounds_.start) return false;
  const std::size_t chance = bounds_.rate + (100 - bounds_.rate) * (startups_ - bounds_.start) /
                                                (bounds_.full - bounds_.start);
  return roll < chance;
}

std::optional<std::chrono::milliseconds> ConnectionLimiter::Penalise(const base::IpAddress& address,
                                                                     Offence offence,
                                                                     base::MonotonicTime now) {
  if (Exempt(address)) return std::nullopt;
  const base::Network source = SourceOf(address);
  const PenaltyBounds& bounds = bounds_.penalties;
  Penalties& penalties = address.bits == 32 ? ipv4_ : ipv6_;
  if (!penalties.Add(source, TimeFor(offence, bounds), {bounds.least, bounds.most, bounds.sources},
                     now)) {
    return std::nullopt;
  }
  return penalties.Left(source, now);
}

bool ConnectionLimiter::Exempt(const base::IpAddress& address) const {
  return Holds(bounds_.penalties.exempt, address);
}

void ConnectionLimiter::EndStartup(const base::Network& source) {
  --startups_;
  Less(startups_of_, source);
}

}  // namespace front
