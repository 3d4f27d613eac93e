// Archivist: a process of low priority that the broker forks, for recordings whose runs are over:
// it puts their ends on the record, compresses them, and prunes what is too old or too much.
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
  // Bytes of archived recordings: of all, of one app's, of one person's. None that is younger than
  // min_age goes for them.
  std::uint64_t max_disk;
  std::uint64_t per_app;
  std::uint64_t per_person;
  std::chrono::milliseconds min_age;
  std::string by;  // "the service", or who asked
  // Whether the kernel says that the clock is kept in step with others.
  bool synchronised;
};

class Archivist {
 public:
  struct Deps {
    const record::Store& store;
    // Durable when it returns.
    std::function<base::Result<void>(const audit::Event&)> record;
    const base::Clock& clock;
    const base::Log& log;
  };
  explicit Archivist(Deps deps) : deps_(std::move(deps)) {}

  // What fails is told in the log; whether nothing did.
  bool Archive(const std::vector<std::string>& runs);
  struct Pruned {
    std::uint64_t recordings = 0;
    std::uint64_t bytes = 0;
  };
  // kUnavailable, and nothing is pruned, while the clock is more than a day from where it was last
  // believed, unless it is synchronised.
  base::Result<Pruned> Prune(const Pruning& pruning);

 private:
  struct Kept;
  base::Result<void> CheckClock(const Pruning& pruning, std::optional<base::WallTime> newest);
  base::Result<void> Remove(const Kept& recording, const Pruning& pruning, std::string_view cause);
  base::Result<void> Archive(const std::string& run);
  base::Result<void> Tell(const std::string& run);

  Deps deps_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_
