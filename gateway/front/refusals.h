// Refusals: counts the connections that the gateway turned away and sums them by source, so that a
// flood fills neither the log nor the audit.
//
// Memory is bounded by kMaxSources sums of at most kMaxPeople names each. The Listener takes the
// sums and hands them to log and broker; while the broker is away, they wait here.
#ifndef ONEOFF_GATEWAY_FRONT_REFUSALS_H_
#define ONEOFF_GATEWAY_FRONT_REFUSALS_H_

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/network.h"
#include "gateway/front/refusal.h"
#include "gateway/wire/messages.h"

namespace front {

class Refusals {
 public:
  static constexpr std::size_t kMaxSources = 256;  // sources beyond these are summed as "others"
  static constexpr std::chrono::minutes kEvery{1};

  explicit Refusals(const base::Clock& clock) : clock_(clock) {}

  static constexpr std::size_t kMaxPeople = 8;  // to name for one source

  // Counts one refused connection. `person` had logged in on it; empty if the name is not known.
  // The times in a sum are those of the wall clock (base::FormatUtc); kEvery is monotonic.
  void Add(const base::Network& source, Reason reason, std::string_view person = {});
  // True if Take has not yet returned every refusal.
  bool untold() const;
  // Returns and resets the sums of the sources for which it returned none within kEvery.
  // The first refusal of a quiet source is returned at once; later ones are summed for kEvery.
  std::vector<wire::Refused> Take();
  // Returns and resets all sums.
  std::vector<wire::Refused> TakeAll();

 private:
  struct Sum {
    wire::Refused refused;  // since the last report
    std::optional<base::MonotonicTime> told;
  };

  const base::Clock& clock_;
  std::map<std::string, Sum> sums_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REFUSALS_H_
