// RunEndRecorder: handles runs whose supervisor is gone. It records each end once in the audit log,
// ends processes that a lost supervisor left behind, and removes the run's file.
//
// A supervisor writes down itself how its run ended (run::Ending). The broker says so only if the
// supervisor could not, because it was killed or the host restarted.
//
// It lives in the broker and looks at the registry only, so it serves runs of an earlier broker as
// well. Signals go to a process after its start time was checked (run::SignalProcess).
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
    // Makes the events durable. Returns one answer for each. A run whose end is not durable is
    // tried again later.
    std::function<std::vector<base::Result<void>>(const std::vector<audit::Event>&)> record_all;
    // Called when the run's end is recorded and only its recording is left.
    std::function<void(const std::string& run)> settled;
    // Whether this process forked that child itself. Other children are orphans of a lost
    // supervisor.
    std::function<bool(pid_t)> is_own_child;
  };
  struct Bounds {
    std::chrono::milliseconds term_after;  // from SIGHUP to SIGTERM
    std::chrono::milliseconds kill_after;  // from SIGTERM to SIGKILL
  };
  RunEndRecorder(Deps deps, std::string boot) : deps_(std::move(deps)), boot_(std::move(boot)) {}

  enum class Next {
    kIdle,   // nothing to do now; look again some time
    kSoon,   // processes still have to be ended
    kLater,  // an end could not be recorded
  };
  // Looks at every run once.
  // Reads /proc if a run has ended without a complete ending. Records at most 64 ends in one call.
  // Does not wait for a process to end: it sends a signal and returns kSoon.
  Next Settle(const Bounds& bounds);
  // A killed broker or audit writer may have recorded the end of a run that is still in the
  // registry. Removes such runs from it, so that each end is recorded once. `folder` is the audit
  // log's.
  void ForgetRecorded(const std::string& folder);

 private:
  enum class Stage { kHup, kTerm, kKill };
  struct Ending {
    base::MonotonicTime since;
    Stage next = Stage::kHup;
  };

  Next Record(const std::vector<run::RunState>& ended);
  // Of a run without a complete ending: processes of its session, and orphans that became this
  // subreaper's children. Empty after a restart of the host.
  std::vector<run::Process> LeftoversOf(const run::RunState& state) const;
  // SIGHUP at once, SIGTERM after term_after, SIGKILL after kill_after more and at each later call.
  void EndLeftovers(const std::string& id, const std::vector<run::Process>& leftovers,
                    const Bounds& bounds);
  // The supervisor's own words, or kSupervisorLost or kHostRestarted with status 70.
  run::Ending EndingOf(const run::RunState& state) const;

  Deps deps_;
  std::string boot_;
  std::set<std::string> damaged_;         // names that are already in the log
  base::MonotonicTime forget_next_;       // when to forget ended runs
  base::MonotonicTime adopt_next_;        // when to look again for runs that were never published
  bool told_ = false;                     // the log says that ends cannot be recorded
  bool told_unlisted_ = false;            // the log says that the runs cannot be listed
  std::map<std::string, Ending> ending_;  // lost runs whose processes are being ended; by id
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_RUN_END_RECORDER_H_
