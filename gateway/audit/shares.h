// Shares: limits what one person has written to the log. Of events without a waiting client it
// limits the number: further ones are summed, and so are all of them while the volume is nearly
// full. The sums are written later. Of starts it limits the bytes: a further start is refused.
//
// It lives in the writer's memory, so a restart gives each person a full share. Events that are not
// in its table (shares.cc) have no limit: ends of runs, and what clients wait for.
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
  static constexpr std::size_t kMaxPeople = 4096;  // further people share one sum, as "others"
  static constexpr std::size_t kMaxSources = 8;    // named in a sum
  static constexpr std::size_t kMaxCommands = 16;  // named in a sum
  static constexpr std::chrono::milliseconds kWindow{10'000};  // the longest time that a sum covers

  enum class Room {
    kEnough,
    kScarce,  // the volume has less free room than its reserve
  };

  explicit Shares(const base::Clock& clock) : clock_(clock) {}

  // Whether to write `event`, for which no client waits. If not, Shares has summed it.
  // 100 denied, listed or explained at once and one more every 10 s; 600 logins and one more a
  // second.
  bool Takes(const Event& event, Room room);

  // Whether to write the record of a start, which has `bytes`: of a run, or of a watch. The starts
  // of one person may take `most` bytes in an hour, and at once. The records that follow a start
  // count with it.
  // The last start may take more than is left, so that a record larger than a small share is
  // written, too.
  bool TakesStart(const std::string& person, std::size_t bytes, std::uint64_t most);

  // Returns the time until the sums must be written; nullopt: there are none.
  std::optional<std::chrono::milliseconds> Wait() const;
  // Returns all sums and starts anew.
  std::vector<Summed> Take();

 private:
  struct Share {
    double left = 0;  // records, or bytes; less than 0: the last start took more than was left
    base::MonotonicTime at;
  };

  using ShareMap = std::map<std::string, Share>;
  // A share holds `at_once`, and grows to it again within `full`.
  Share& Grow(ShareMap& shares, const std::string& key, double at_once,
              std::chrono::milliseconds full);
  bool Spend(const std::string& key, double at_once, std::chrono::milliseconds each);

  const base::Clock& clock_;
  ShareMap shares_;                     // by event and person; in records
  ShareMap starts_;                     // by person; in bytes
  std::map<std::string, Summed> sums_;  // by event, person and cause
  base::MonotonicTime since_;           // when the first sum was begun
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_SHARES_H_
