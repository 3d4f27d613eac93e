// RecordingWatch: looks at the recordings of live runs from time to time. It tells the audit log
// how far each one has grown, and which ones cannot be written.
#ifndef ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_
#define ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/log.h"
#include "gateway/audit/event.h"
#include "gateway/record/state.h"
#include "gateway/record/store.h"
#include "gateway/run/registry.h"

namespace broker {

class RecordingWatch {
 public:
  using Post = std::function<void(const audit::Event&)>;
  RecordingWatch(const run::Registry& registry, const record::Store& store, Post post,
                 const base::Log& log)
      : registry_(registry), store_(store), post_(std::move(post)), log_(log) {}

  void Look();

 private:
  struct Seen {
    std::int64_t changed = 0;  // modification time of its state, in nanoseconds
    bool paused = false;
    std::string remark;
    bool missed = false;  // the last Look did not find it
  };

  void Look(const run::RunRecord& run, Seen& seen);
  void Tell(const run::RunRecord& run, const record::State& state, Seen& seen);
  void Warn(const run::RunRecord& run, const std::string& what);

  const run::Registry& registry_;
  const record::Store& store_;
  Post post_;
  const base::Log& log_;
  std::map<std::string, Seen> seen_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_RECORDING_WATCH_H_
