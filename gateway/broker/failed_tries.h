// FailedTries: refused signatures, counted and summed by source, so that a stranger cannot fill the
// log.
#ifndef ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_
#define ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/audit/event.h"

namespace broker {

class FailedTries {
 public:
  static constexpr std::size_t kMaxSources = 4096;  // beyond that they are summed as "others"
  static constexpr std::size_t kMaxUsers = 5;       // that are named for a source

  void Add(const std::string& source, const std::string& user, std::uint32_t count,
           base::WallTime now);
  bool empty() const { return sources_.empty(); }
  // One event a source; begins anew.
  std::vector<audit::AuthenticationsFailed> Take();

 private:
  std::map<std::string, audit::AuthenticationsFailed> sources_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_
