// Refusals: counts the recent refusals of each person. A person with too many has to wait, because
// each request costs a process and each refusal an audit record.
//
// A leaky bucket a person, in the broker's memory: a restart forgets it. `who` is "person NAME", or
// "uid N" for a local caller.
#ifndef ONEOFF_GATEWAY_BROKER_REFUSALS_H_
#define ONEOFF_GATEWAY_BROKER_REFUSALS_H_

#include <cstddef>
#include <map>
#include <string>

#include "base/clock.h"

namespace broker {

class Refusals {
 public:
  static constexpr std::size_t kMaxPeople = 4096;  // further people are not counted

  // Counts a refusal. A person may have `per_minute` refusals at once and regains as many in a
  // minute. Returns true if this refusal uses up the last one.
  // When kMaxPeople are counted and none has expired, a new person is not counted (false).
  bool Add(const std::string& who, int per_minute, base::MonotonicTime now);
  // Whether the next request of `who` has to wait.
  bool IsOver(const std::string& who, int per_minute, base::MonotonicTime now) const;

 private:
  struct Count {
    // Not expired at `at`. It sinks by per_minute in a minute.
    double refused = 0;
    base::MonotonicTime at;
  };
  static double Left(const Count& count, int per_minute, base::MonotonicTime now);

  std::map<std::string, Count> people_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_REFUSALS_H_
