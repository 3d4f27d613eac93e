#include "gateway/audit/reserve.h"

#include <fmt/format.h>

#include <algorithm>

namespace audit {
namespace {

constexpr std::chrono::milliseconds kAgain{500};  // while there is enough room
constexpr std::uint64_t kOfVolume = 16;  // the reserve is at most this fraction of a volume
constexpr std::uint64_t kForEnds = 4;    // below this fraction of the reserve no run may start

}  // namespace

void Reserve::Look() {
  const auto now = std::chrono::steady_clock::now();
  // While room is scarce, look each time, so that freed room counts at once.
  if (bytes_ == 0 || (looked_ && !scarce() && now - *looked_ < kAgain)) return;
  looked_ = now;
  const bool was_scarce = scarce();
  room_ = disk_.RoomOf(directory_);
  // On a small volume the configured reserve could be more than there is.
  reserve_ = std::min(bytes_, room_.all / kOfVolume);
  if (scarce() == was_scarce) return;
  log_(scarce() ? base::Level::kError : base::Level::kInfo,
       fmt::format("{}: {} bytes free; {} are reserved: refusals, lists and logins are {}",
                   directory_, room_.free, reserve_,
                   scarce() ? "summed in the audit log" : "written one by one again"));
}

std::optional<std::string> Reserve::Refusal() const {
  if (room_.free >= reserve_ / kForEnds) return std::nullopt;
  return fmt::format("{}: {} bytes free; {} are reserved for the ends of runs", directory_,
                     room_.free, reserve_ / kForEnds);
}

}  // namespace audit
