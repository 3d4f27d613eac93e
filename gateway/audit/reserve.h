// Reserve: the room on the log's volume that is left to the ends of runs and to what somebody waits
// for.
#ifndef ONEOFF_GATEWAY_AUDIT_RESERVE_H_
#define ONEOFF_GATEWAY_AUDIT_RESERVE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "gateway/audit/log.h"

namespace audit {

class Reserve {
 public:
  // `bytes`: 0: there is none. `disk` outlives it.
  Reserve(std::string directory, std::uint64_t bytes, const Disk& disk, base::Log log)
      : directory_(std::move(directory)), bytes_(bytes), disk_(disk), log_(std::move(log)) {}

  // Asks the volume, unless it had enough a moment ago. A change goes to the operator's log.
  void Look();
  // As it was at the last look: what nothing waits for is to be summed.
  bool scarce() const { return room_.free < reserve_; }
  // As it was at the last look: no run is to begin. Why; nullopt: one may.
  std::optional<std::string> Refusal() const;

 private:
  std::string directory_;
  std::uint64_t bytes_;
  const Disk& disk_;
  base::Log log_;
  Disk::Room room_;
  std::uint64_t reserve_ = 0;  // on this volume
  std::optional<std::chrono::steady_clock::time_point> looked_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_RESERVE_H_
