// Shares: how many records one person may have written of what nobody waits for. What is beyond
// that, and what must leave room on a volume that is nearly full, is summed, and the sums are
// written.
#ifndef ONEOFF_GATEWAY_AUDIT_SHARES_H_
#define ONEOFF_GATEWAY_AUDIT_SHARES_H_

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/audit/event.h"

namespace audit {

class Shares {
 public:
  static constexpr std::size_t kMaxPeople = 4096;  // beyond that they share, as "others"
  static constexpr std::size_t kMaxSources = 8;    // that a sum names
  static constexpr std::chrono::milliseconds kWindow{10'000};  // that a sum covers at most

  enum class Room {
    kEnough,
    kScarce,  // the volume has less free than its reserve
  };

  explicit Shares(const base::Clock& clock) : clock_(clock) {}

  // Whether `event`, which nobody waits for, is to be written by itself. If not, it was summed.
  bool Takes(const Event& event, Room room);

  // How long until sums are to be written; nullopt: there are none.
  std::optional<std::chrono::milliseconds> Wait() const;
  // All sums; begins anew.
  std::vector<Summed> Take();

 private:
  struct Share {
    double left = 0;  // records
    base::MonotonicTime at;
  };

  bool Spend(const std::string& key, double at_once, std::chrono::milliseconds each);
  void ForgetFull(double at_once, std::chrono::milliseconds each);

  const base::Clock& clock_;
  std::map<std::string, Share> shares_;  // by event and person
  std::map<std::string, Summed> sums_;   // likewise, and cause
  base::MonotonicTime since_;            // when the first of them was begun
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SHARES_H_
