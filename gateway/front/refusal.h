// Refusal: why the gateway turns a connection away before it serves it, for the log, the audit and
// the person.
#ifndef ONEOFF_GATEWAY_FRONT_REFUSAL_H_
#define ONEOFF_GATEWAY_FRONT_REFUSAL_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace front {

enum class Reason {
  kPenalty,     // the source has offended
  kStartups,    // too many connections without a login
  kPerSource,   // too many without a login from this source
  kSilent,      // the client sent nothing, and other connections came
  kReplaced,    // it had no login, its source held the most such connections, and others came
  kOfPerson,    // too many logged in as one person
  kOfSource,    // too many logged in from one source
  kFull,        // too many connections in total
  kBrokerAway,  // the gateway can admit no connection now
  kHeader,      // a balancer's connection without a valid PROXY protocol header
  kStarved,     // the host is out of descriptors, processes or memory
};

struct Refusal {
  Reason reason = Reason::kFull;
  std::chrono::milliseconds left{0};  // of kPenalty
  std::size_t bound = 0;              // of kOfPerson and kOfSource

  // The text for the person: one line without its newline, which begins "oneoff: ".
  // It names no other source and no person. A remaining time is rounded up, to seconds or to
  // minutes.
  std::string Words() const;
};

// The reason in one or two words, for log and audit.
// Static text. Some are the names of the settings in gateway.json that set the bound.
std::string_view Name(Reason reason);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REFUSAL_H_
