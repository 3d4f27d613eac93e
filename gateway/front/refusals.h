// Refusals: connections that were turned away, counted and summed by source, so that a stranger
// fills neither log nor audit.
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
  static constexpr std::size_t kMaxSources = 256;  // beyond that they are summed as "others"
  static constexpr std::chrono::minutes kEvery{1};

  explicit Refusals(const base::Clock& clock) : clock_(clock) {}

  static constexpr std::size_t kMaxPeople = 8;  // that are named of a source

  // `person`: who had logged in; empty: that is not known.
  void Add(const base::Network& source, Reason reason, std::string_view person = {});
  // Whether there is something that Take has not returned yet.
  bool untold() const;
  // The sums of the sources of which none was returned within kEvery.
  std::vector<wire::Refused> Take();
  // All of them.
  std::vector<wire::Refused> TakeAll();

 private:
  struct Sum {
    wire::Refused refused;  // since it was told
    std::optional<base::MonotonicTime> told;
  };

  const base::Clock& clock_;
  std::map<std::string, Sum> sums_;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_REFUSALS_H_
