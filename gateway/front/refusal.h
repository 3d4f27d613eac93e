// Refusal: why a connection is turned away before it is served, for the log, the audit and the
// person.
#ifndef ONEOFF_GATEWAY_FRONT_REFUSAL_H_
#define ONEOFF_GATEWAY_FRONT_REFUSAL_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace front {

enum class Reason {
  kPenalty,     // its source has offended
  kStartups,    // too many connections that nobody has logged in on
  kPerSource,   // of those, too many from its source
  kSilent,      // it has said nothing, and others came
  kOfPerson,    // too many on which one person is logged in
  kOfSource,    // too many on which people are logged in, from one source
  kFull,        // too many connections
  kBrokerAway,  // nobody can be let in now
  kHeader,      // a balancer's, without a PROXY protocol header that can be read
  kStarved,     // out of descriptors, processes or memory
};

struct Refusal {
  Reason reason = Reason::kFull;
  std::chrono::milliseconds left{0};  // of a penalty
  std::size_t bound = 0;              // of kOfPerson and kOfSource

  // One line, without its newline, that begins "oneoff: ": what the person is told.
  std::string Words() const;
};

// A word or two for log and audit.
std::string_view Name(Reason reason);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REFUSAL_H_
