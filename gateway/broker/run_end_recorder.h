// RunEndRecorder: what becomes of runs whose supervisor is gone: each end goes into the audit log
// once, whatever a lost supervisor left behind is ended, and the run's folder is removed.
//
// The supervisor itself says how its run ended (run::Ending). Only where it could not, because it
// was killed or the host restarted, does the broker say so.
#ifndef ONEOFF_GATEWAY_BROKER_RUN_END_RECORDER_H_
#define ONEOFF_GATEWAY_BROKER_RUN_END_RECORDER_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/audit/event.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/registry.h"

namespace broker {

class RunEndRecorder {
 public:
  struct Deps {
    const run::Registry& registry;
    const base::Clock& clock;
    const base::Log& log;
    // Makes the events durable, and says of each whether it is; a run whose end is not stays for
    // the next time.
    std::function<std::vector<base::Result<void>>(const std::vector<audit::Event>&)> record_all;
    // The run's end is on the record, and nothing is left of it but its recording.
    std::function<void(const std::string& run)> settled;
    // Whether a child of this process is one that it forked itself. Others are orphans of a lost
    // supervisor.
    std::function<bool(pid_t)> is_own_child;
  };
  struct Bounds {
    std::chrono::milliseconds term_after;  // from HUP to TERM
    std::chrono::milliseconds kill_after;  // from TERM to KILL
  };
  RunEndRecorder(Deps deps, std::string boot) : deps_(std::move(deps)), boot_(std::move(boot)) {}

  enum class Next {
    kIdle,   // nothing is left to do but to look again some time
    kSoon,   // processes have to be ended
    kLater,  // an end could not be recorded
  };
  // Looks at every run once.
  Next Settle(const Bounds& bounds);

 private:
  enum class Stage { kHup, kTerm, kKill };
  struct Ending {
    base::MonotonicTime since;
    Stage next = Stage::kHup;
  };

  Next Record(const std::vector<run::RunState>& ended);
  std::vector<run::Process> LeftoversOf(const run::RunState& state) const;
  void EndLeftovers(const std::string& id, const std::vector<run::Process>& leftovers,
                    const Bounds& bounds);
  run::Ending EndingOf(const run::RunState& state) const;

  Deps deps_;
  std::string boot_;
  std::set<std::string> damaged_;         // folders that were told of
  base::MonotonicTime adopt_next_;        // when runs are looked for that were never published
  bool told_ = false;                     // that ends cannot be recorded
  bool told_unlisted_ = false;            // that the runs cannot be listed
  std::map<std::string, Ending> ending_;  // lost runs whose processes are being ended, by id
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_RUN_END_RECORDER_H_
