#include "gateway/front/refusal.h"

#include <fmt/format.h>

namespace front {
namespace {

// Rounds up, so that a client that waits this long has waited long enough.
std::string Duration(std::chrono::milliseconds time) {
  const auto seconds = (time.count() + 999) / 1000;
  if (seconds <= 120) return fmt::format("{} s", seconds);
  return fmt::format("{} min", (seconds + 59) / 60);
}

}  // namespace

std::string Refusal::Words() const {
  switch (reason) {
    case Reason::kPenalty:
      return fmt::format(
          "oneoff: connections from your address are refused for {}: earlier ones failed to log "
          "in; try again after that",
          Duration(left));
    case Reason::kStartups:
    case Reason::kReplaced:
      return "oneoff: too many connections are being made right now; try again";
    case Reason::kPerSource:
      return "oneoff: too many connections are being made from your address right now; try again";
    case Reason::kSilent:
      return "oneoff: too many connections are being made right now, and this one has said "
             "nothing; "
             "try again";
    case Reason::kOfPerson:
      return fmt::format(
          "oneoff: you are logged in on {} connections, as many as one person may be; end some of "
          "them",
          bound);
    case Reason::kOfSource:
      return fmt::format(
          "oneoff: people are logged in on {} connections from your address, as many as one "
          "address "
          "may have; end some of them",
          bound);
    case Reason::kFull:
      return "oneoff: the gateway has as many connections as it may have; try again later";
    case Reason::kBrokerAway:
      return "oneoff: the gateway is being restarted; try again in a moment";
    case Reason::kHeader:
      return "oneoff: a PROXY protocol header of version 2 was expected, as from a load balancer";
    case Reason::kStarved:
      break;
  }
  return "oneoff: the gateway's host is out of resources; try again in a moment";
}

std::string_view Name(Reason reason) {
  switch (reason) {
    case Reason::kPenalty:
      return "penalty";
    case Reason::kStartups:
      return "max_startups";
    case Reason::kPerSource:
      return "per_source";
    case Reason::kSilent:
      return "silent";
    case Reason::kReplaced:
      return "replaced";
    case Reason::kOfPerson:
      return "connections_per_person";
    case Reason::kOfSource:
      return "connections_per_source";
    case Reason::kFull:
      return "max_connections";
    case Reason::kBrokerAway:
      return "broker away";
    case Reason::kHeader:
      return "proxy_protocol";
    case Reason::kStarved:
      break;
  }
  return "out of resources";
}

}  // namespace front
