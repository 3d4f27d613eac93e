// RecordingWatch: looks at the recordings of live runs from time to time. It tells the audit log
// how far each one has grown, and which ones cannot be written.
//
// It lives in the broker and looks every 5 seconds. It reads the state file that the supervisor
// writes (record::State), and only if its modification time has changed. It never reads
// recorded bytes.
#ifndef ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_
#define ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_

#include <cstdint>
#include <map>
#include <string>

#include "base/log.h"
#include "base/loop.h"
#include "gateway/broker/audit_link.h"
#include "gateway/record/state.h"
#include "gateway/record/store.h"
#include "gateway/run/registry.h"

namespace broker {

class RecordingWatch {
 public:
  // All of it outlives the watch.
  RecordingWatch(base::Loop& loop, const run::Registry& registry, const record::Store& store,
                 AuditLink& audit, const base::Log& log)
      : loop_(loop), registry_(registry), store_(store), audit_(audit), log_(log) {}

  // Looks now, and every five seconds from then on.
  void Begin();

 private:
  struct Seen {
    std::int64_t changed = 0;  // modification time of its state, in nanoseconds
    bool paused = false;
    std::string remark;
    bool missed = false;  // the last Look did not find it
  };

  void Look();
  void Look(const run::RunRecord& run, Seen& seen);
  void Tell(const run::RunRecord& run, const record::State& state, Seen& seen);
  void Warn(const run::RunRecord& run, const std::string& what);

  base::Loop& loop_;
  const run::Registry& registry_;
  const record::Store& store_;
  AuditLink& audit_;
  const base::Log& log_;
  std::map<std::string, Seen> seen_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_
