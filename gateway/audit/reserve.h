// Reserve: room on the log's volume for the ends of runs and for events that a client waits for.
//
// Two levels: below the reserve, events without a waiting client are summed (Shares); below a
// quarter of it, no run may start. The reserve is at most a sixteenth of the volume.
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
  // `bytes` 0: no reserve. `disk` must outlive this.
  Reserve(std::string directory, std::uint64_t bytes, const Disk& disk, base::Log log)
      : directory_(std::move(directory)), bytes_(bytes), disk_(disk), log_(std::move(log)) {}

  // Checks the volume, unless it had enough room a moment ago. Logs a change for the operator.
  // It asks the kernel at most every half second while there is room (statvfs(3)), and each time
  // while room is scarce.
  void Look();
  // At the last look: whether events without a waiting client must be summed.
  bool scarce() const { return room_.free < reserve_; }
  // At the last look: the volume's size in bytes; 0: there is no reserve.
  std::uint64_t volume() const { return room_.all; }
  // At the last look: why no run may start; nullopt: runs may start.
  std::optional<std::string> Refusal() const;

 private:
  std::string directory_;
  std::uint64_t bytes_;
  const Disk& disk_;
  base::Log log_;
  Disk::Room room_;
  std::uint64_t reserve_ = 0;  // for this volume
  std::optional<std::chrono::steady_clock::time_point> looked_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_RESERVE_H_
