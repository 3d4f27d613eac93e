// Archivist: a low-priority process that the broker forks. It records how the recordings of ended
// runs ended, compresses them, and prunes recordings by age and by size.
#ifndef ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_
#define ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/audit/event.h"
#include "gateway/record/store.h"

namespace broker {

struct Pruning {
  std::chrono::milliseconds retain;
  // Limits in bytes for archived recordings: of all, of one app, of one person. No recording
  // younger than min_age is removed for these limits.
  std::uint64_t max_disk;
  std::uint64_t per_app;
  std::uint64_t per_person;
  std::chrono::milliseconds min_age;
  std::string by;  // "the service", or the person who asks
  // Whether the kernel says that the clock is synchronised (adjtimex(2)).
  bool synchronised;
};

// Each recording is archived in two steps, so that a killed archivist can be repeated: first the
// audit log learns of its files (record::MarkTold), then they are compressed. Usage:
//    Archivist archivist({.store = store, .record = record, .clock = clock, .log = log});
//    bool good = archivist.Archive(runs);
//    auto pruned = archivist.Prune(pruning);
class Archivist {
 public:
  struct Deps {
    const record::Store& store;
    // Returns once the event is durable.
    std::function<base::Result<void>(const audit::Event&)> record;
    const base::Clock& clock;
    const base::Log& log;
  };
  explicit Archivist(Deps deps) : deps_(std::move(deps)) {}

  // Returns whether all went well. Each failure goes to the log.
  // Makes the recordings durable first (syncfs(2)). A run whose recording is archived already costs
  // nothing.
  bool Archive(const std::vector<std::string>& runs);
  // How many were removed, and the bytes that they took on disk.
  struct Pruned {
    std::uint64_t recordings = 0;
    std::uint64_t bytes = 0;
  };
  // kUnavailable, and nothing is removed, if the clock is more than one day away from the last
  // trusted time and is not synchronised. A wrong clock would remove recordings too early.
  // The order: older than `retain`; then, oldest first, those above per_person and per_app; then,
  // while max_disk is exceeded, the oldest of the person who uses most. Each removal is in the
  // audit log before it happens; the first that cannot be recorded or removed ends the pruning with
  // that error.
  base::Result<Pruned> Prune(const Pruning& pruning);

 private:
  struct Kept;
  // `newest`: the end of the newest archived recording, for a store without a trusted time.
  base::Result<void> CheckClock(const Pruning& pruning, std::optional<base::WallTime> newest);
  base::Result<void> Remove(const Kept& recording, const Pruning& pruning, std::string_view cause);
  base::Result<void> Archive(const std::string& run);
  base::Result<void> Tell(const std::string& run);

  Deps deps_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_
