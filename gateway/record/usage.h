// Usage: what archived recordings take of the disk, by person and by app: LIB/recordings/.usage,
// which the archivist keeps. And LIB/recordings/.clock, whose time is the last at which the clock
// was believed.
//
//   oneoff usage 1
//   person 123456 alice      bytes, and the name, escaped
//   app 123456 shop
//   all 123456
#ifndef ONEOFF_GATEWAY_RECORD_USAGE_H_
#define ONEOFF_GATEWAY_RECORD_USAGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/record/store.h"

namespace record {

class Usage {
 public:
  void Add(std::string_view person, std::string_view app, std::uint64_t bytes);
  // Never below nothing.
  void Subtract(std::string_view person, std::string_view app, std::uint64_t bytes);
  std::uint64_t OfPerson(std::string_view person) const { return Of(people_, person); }
  std::uint64_t OfApp(std::string_view app) const { return Of(apps_, app); }
  std::uint64_t all() const { return all_; }
  // By escaped name.
  const std::map<std::string, std::uint64_t>& people() const { return people_; }

  std::string Format() const;
  // kInvalid for anything that Format has not made.
  static base::Result<Usage> Parse(std::string_view text);

 private:
  using Sums = std::map<std::string, std::uint64_t>;
  static std::uint64_t Of(const Sums& sums, std::string_view name);

  Sums people_;
  Sums apps_;
  std::uint64_t all_ = 0;
};

base::Result<Usage> ReadUsage(const Store& store);
base::Result<void> WriteUsage(const Store& store, const Usage& usage);

// What a recording takes on the disk now.
std::uint64_t BytesOnDisk(const Store& store, const std::string& id);

// When the clock was last believed; nullopt: never yet.
std::optional<base::WallTime> ClockBelievedAt(const Store& store);
// It is believed now.
base::Result<void> BelieveClock(const Store& store);

inline constexpr const char* kUsage = ".usage";
inline constexpr const char* kClock = ".clock";

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_USAGE_H_
