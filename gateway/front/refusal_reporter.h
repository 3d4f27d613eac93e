// RefusalReporter: reports refused connections, and that the gateway has executed itself anew, to
// the log and to the broker, which audits them. While the broker is away, the sums wait.
#ifndef ONEOFF_GATEWAY_FRONT_REFUSAL_REPORTER_H_
#define ONEOFF_GATEWAY_FRONT_REFUSAL_REPORTER_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/network.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/refusal.h"
#include "gateway/front/refusals.h"
#include "gateway/wire/messages.h"

namespace front {

class RefusalReporter {
 public:
  // All of it outlives the reporter.
  RefusalReporter(base::Loop& loop, const base::Clock& clock, const base::Log& log,
                  BrokerClient& broker)
      : loop_(loop), log_(log), broker_(broker), refusals_(clock) {}
  RefusalReporter(const RefusalReporter&) = delete;
  RefusalReporter& operator=(const RefusalReporter&) = delete;
  ~RefusalReporter() { loop_.Cancel(timer_); }

  // Counts one refused connection, for a report within a second. `person`: as in Refusals::Add.
  void Add(const base::Network& source, Reason reason, std::string_view person = {});
  void Add(wire::Reexecuted reexecuted);
  // Reports all of it now.
  void ReportAll();

 private:
  void ReportSoon();
  void Report(const std::vector<wire::Refused>& refusals);
  void ReportReexecuted();

  base::Loop& loop_;
  const base::Log& log_;
  BrokerClient& broker_;
  Refusals refusals_;
  std::optional<wire::Reexecuted> reexecuted_;  // not reported yet
  base::Loop::TimerId timer_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REFUSAL_REPORTER_H_
