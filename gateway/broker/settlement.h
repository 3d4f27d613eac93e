// Settlement: what becomes of runs whose supervisor is gone: each end goes into the audit log once,
// whatever a lost supervisor left behind is ended, and the run's folder is removed.
//
// The supervisor itself says how its run ended (end.json). Only where it could not, because it was
// killed or the host restarted, does the broker say so.
#ifndef ONEOFF_GATEWAY_BROKER_SETTLEMENT_H_
#define ONEOFF_GATEWAY_BROKER_SETTLEMENT_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/audit/event.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/registry.h"

namespace broker {

class Settlement {
 public:
  struct Supplies {
    const run::Registry& registry;
    const base::Clock& clock;
    const base::Log& log;
    // Makes the event durable; if that fails, the run stays for the next time.
    std::function<base::Result<void>(const audit::Event&)> record;
    // Whether a child of this process is one that it forked itself. Others are orphans of a lost
    // supervisor.
    std::function<bool(pid_t)> is_own_child;
  };
  struct Bounds {
    std::chrono::milliseconds term_after;  // from HUP to TERM
    std::chrono::milliseconds kill_after;  // from TERM to KILL
  };
  Settlement(Supplies supplies, std::string boot)
      : supplies_(std::move(supplies)), boot_(std::move(boot)) {}

  // Looks at every run once. Returns whether there is something to come back for soon: processes
  // that have to be ended, or an end that could not be recorded.
  bool Settle(const Bounds& bounds);

 private:
  enum class Stage { kHup, kTerm, kKill };
  struct Ending {
    base::MonotonicTime since;
    Stage next = Stage::kHup;
  };

  bool SettleRun(const run::RunState& state, const Bounds& bounds);
  std::vector<run::Process> LeftoversOf(const run::RunState& state) const;
  void EndLeftovers(const std::string& id, const std::vector<run::Process>& leftovers,
                    const Bounds& bounds);
  run::Ending EndingOf(const run::RunState& state) const;

  Supplies supplies_;
  std::string boot_;
  std::map<std::string, Ending> ending_;  // lost runs whose processes are being ended, by id
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_SETTLEMENT_H_
