// Archivist: a process of low priority that the broker forks, for recordings whose runs are over:
// it puts their ends on the record, compresses them, and prunes what is too old or too much.
#ifndef ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_
#define ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/audit/event.h"
#include "gateway/record/store.h"

namespace broker {

struct Pruning {
  std::chrono::milliseconds retain;
  std::uint64_t max_disk;  // bytes, of all archived recordings
  std::string by;          // "the service", or who asked
};

class Archivist {
 public:
  struct Supplies {
    const record::Store& store;
    // Durable when it returns.
    std::function<base::Result<void>(const audit::Event&)> record;
    const base::Clock& clock;
    const base::Log& log;
  };
  explicit Archivist(Supplies supplies) : supplies_(std::move(supplies)) {}

  // What fails is told in the log; whether nothing did.
  bool Archive(const std::vector<std::string>& runs);
  struct Pruned {
    std::uint64_t recordings = 0;
    std::uint64_t bytes = 0;
  };
  base::Result<Pruned> Prune(const Pruning& pruning);

 private:
  base::Result<void> Archive(const std::string& run);
  base::Result<void> Tell(const std::string& run);

  Supplies supplies_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_ARCHIVIST_H_
