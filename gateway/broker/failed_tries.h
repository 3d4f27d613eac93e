// FailedTries: logins that failed, counted and summed by source and reason, so that a stranger can
// fill neither the log nor the record.
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
  // Of sources with their reasons; beyond that they are summed as "others".
  static constexpr std::size_t kMaxSources = 4096;
  static constexpr std::size_t kMaxUsers = 5;   // that are named for a source and reason
  static constexpr std::size_t kMaxKeys = 5;    // likewise
  static constexpr std::size_t kMaxLines = 20;  // of the log, until Take

  void Add(const wire::FailedTries& tries, base::WallTime now);
  bool empty() const { return sources_.empty(); }
  // What the log says of one connection; empty where there were too many since Take, or where the
  // sums say as much.
  std::string Line(const wire::FailedTries& tries);
  // One event a source and reason; begins anew.
  std::vector<audit::AuthenticationsFailed> Take();

 private:
  void Add(const wire::FailedTries& tries, const wire::FailedTries::Reason& reason,
           base::WallTime now);

  std::map<std::pair<std::string, std::string>, audit::AuthenticationsFailed> sources_;
  std::size_t lines_ = 0;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_FAILED_TRIES_H_
