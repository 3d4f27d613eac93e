// Refusals: connections that were turned away, counted and summed by source, so that a stranger
// fills neither log nor audit.
#ifndef ONEOFF_GATEWAY_SSH_REFUSALS_H_
#define ONEOFF_GATEWAY_SSH_REFUSALS_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/network.h"
#include "gateway/ssh/refusal.h"
#include "gateway/wire/messages.h"

namespace ssh {

class Refusals {
 public:
  static constexpr std::size_t kMaxSources = 256;  // beyond that they are summed as "others"

  void Add(const base::Network& source, Reason reason, base::WallTime now);
  bool empty() const { return sums_.empty(); }
  // One a source; begins anew.
  std::vector<wire::Refused> Take();

 private:
  std::map<std::string, wire::Refused> sums_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_REFUSALS_H_
