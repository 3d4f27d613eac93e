// Refusals: how many requests of each person were refused lately. One who has too many behind them
// is not served at once: a request costs a process, and a refusal a record.
#ifndef ONEOFF_GATEWAY_BROKER_REFUSALS_H_
#define ONEOFF_GATEWAY_BROKER_REFUSALS_H_

#include <cstddef>
#include <map>
#include <string>

#include "base/clock.h"

namespace broker {

class Refusals {
 public:
  static constexpr std::size_t kMaxPeople = 4096;  // beyond that nobody new is counted

  // `per_minute`: so many at once, and as many again within a minute. Whether `who` has none left
  // now, and had before.
  bool Add(const std::string& who, int per_minute, base::MonotonicTime now);
  // Whether `who` is to wait.
  bool IsOver(const std::string& who, int per_minute, base::MonotonicTime now) const;

 private:
  struct Count {
    double refused = 0;
    base::MonotonicTime at;
  };
  static double Left(const Count& count, int per_minute, base::MonotonicTime now);

  std::map<std::string, Count> people_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_REFUSALS_H_
