// FailedTries: sums failed logins by source and reason, so that a stranger can fill neither the log
// nor the audit log.
//
// It lives in the broker, which gets the reports from monitors and from local monitors. It cuts
// reasons and keys to 256 bytes, and a report to 32 reasons.
#ifndef ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_
#define ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "gateway/audit/event.h"
#include "gateway/wire/messages.h"

namespace broker {

class FailedTries {
 public:
  // Pairs of source and reason. Further ones are summed as "others".
  static constexpr std::size_t kMaxSources = 4096;
  static constexpr std::size_t kMaxUsers = 5;   // named for each source and reason
  static constexpr std::size_t kMaxKeys = 5;    // named for each source and reason
  static constexpr std::size_t kMaxLines = 20;  // in the log between two calls of Take

  // A report without reasons counts as one with an empty reason. If the tries of one source and
  // reason are of different people, the event names none.
  void Add(const wire::FailedTries& tries, base::WallTime now);
  bool empty() const { return sources_.empty(); }
  // Returns the log line for one connection. Empty if `tries` gives no reasons, or if there were
  // kMaxLines lines since Take.
  // Escaped; it names the first reason and how many more there are.
  std::string Line(const wire::FailedTries& tries);
  // Returns one event for each source and reason, and starts to count anew.
  std::vector<audit::AuthenticationsFailed> Take();

 private:
  void Add(const wire::FailedTries& tries, const wire::FailedTries::Reason& reason,
           base::WallTime now);

  std::map<std::pair<std::string, std::string>, audit::AuthenticationsFailed> sources_;
  std::size_t lines_ = 0;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_
