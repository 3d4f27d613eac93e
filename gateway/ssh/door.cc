#include "gateway/ssh/door.h"

#include <algorithm>
#include <vector>

namespace ssh {
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

Door::Place::~Place() {
  if (door_ == nullptr) return;
  --door_->connections_;
  if (starting_) door_->EndStartup(source_);
}

void Door::Place::LoggedIn() {
  if (starting_) door_->EndStartup(source_);
  starting_ = false;
}

base::Network Door::SourceOf(const base::IpAddress& address) const {
  return base::Network::Of(address, address.bits == 32 ? bounds_.ipv4_bits : bounds_.ipv6_bits);
}

std::variant<Door::Place, Refusal> Door::Enter(const base::IpAddress& address,
                                               base::MonotonicTime now, unsigned roll) {
  const base::Network source = SourceOf(address);
  const Penalties& penalties = address.bits == 32 ? ipv4_ : ipv6_;
  if (const auto left = penalties.Left(source, now); left && !Exempt(address)) {
    return Refusal{Reason::kPenalty, *left};
  }
  if (connections_ >= bounds_.max_connections) return Refusal{Reason::kFull, {}};
  const auto found = startups_of_.find(source);
  if (found != startups_of_.end() && found->second >= bounds_.per_source) {
    return Refusal{Reason::kPerSource, {}};
  }
  if (DropEarly(roll)) return Refusal{Reason::kStartups, {}};
  return Take(address, /*blameless=*/false);
}

std::variant<Door::Place, Refusal> Door::EnterBalancer(const base::IpAddress& address,
                                                       unsigned roll) {
  if (connections_ >= bounds_.max_connections) return Refusal{Reason::kFull, {}};
  if (DropEarly(roll)) return Refusal{Reason::kStartups, {}};
  return Take(address, /*blameless=*/true);
}

bool Door::IsBalancer(const base::IpAddress& address) const {
  return Holds(bounds_.balancers, address);
}

Door::Place Door::Take(const base::IpAddress& address, bool blameless) {
  Place place(this, address, blameless);
  ++connections_;
  ++startups_;
  ++startups_of_[place.source_];
  return place;
}

// MaxStartups of sshd_config(5).
bool Door::DropEarly(unsigned roll) const {
  if (startups_ >= bounds_.full) return true;
  if (startups_ < bounds_.start) return false;
  const std::size_t chance = bounds_.rate + (100 - bounds_.rate) * (startups_ - bounds_.start) /
                                                (bounds_.full - bounds_.start);
  return roll < chance;
}

std::optional<std::chrono::milliseconds> Door::Penalise(const base::IpAddress& address,
                                                        Offence offence, base::MonotonicTime now) {
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

bool Door::Exempt(const base::IpAddress& address) const {
  return Holds(bounds_.penalties.exempt, address);
}

void Door::EndStartup(const base::Network& source) {
  --startups_;
  const auto found = startups_of_.find(source);
  if (--found->second == 0) startups_of_.erase(found);
}

}  // namespace ssh
