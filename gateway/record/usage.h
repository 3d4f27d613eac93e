// Usage: how much disk space archived recordings take, by person and by app. The archivist keeps it
// in LIB/recordings/.usage. The time of LIB/recordings/.clock is when the clock was last trusted.
//
//   oneoff usage 1
//   person 123456 alice      bytes, and the escaped name
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

// Plain sums in memory. Names are escaped and cut to 64 bytes, so long names with one beginning
// share a sum.
class Usage {
 public:
  void Add(std::string_view person, std::string_view app, std::uint64_t bytes);
  // Stops at 0.
  void Subtract(std::string_view person, std::string_view app, std::uint64_t bytes);
  std::uint64_t OfPerson(std::string_view person) const { return Of(people_, person); }
  std::uint64_t OfApp(std::string_view app) const { return Of(apps_, app); }
  std::uint64_t all() const { return all_; }
  // By escaped name.
  const std::map<std::string, std::uint64_t>& people() const { return people_; }

  std::string Format() const;
  // kInvalid for a text that Format did not write.
  static base::Result<Usage> Parse(std::string_view text);

 private:
  using Sums = std::map<std::string, std::uint64_t>;
  static std::uint64_t Of(const Sums& sums, std::string_view name);

  Sums people_;
  Sums apps_;
  std::uint64_t all_ = 0;
};

// kNotFound before the first archivist. A reader counts as if nothing were archived then.
base::Result<Usage> ReadUsage(const Store& store);
// Replaces the file by rename(2), without a sync: the next pruning counts anew.
base::Result<void> WriteUsage(const Store& store, const Usage& usage);

// Returns the bytes on the disk that a recording takes now.
// Blocks, not lengths (st_blocks, stat(2)). 0 if the recording cannot be read.
std::uint64_t BytesOnDisk(const Store& store, const std::string& id);

// Returns when the clock was last trusted; nullopt: never.
std::optional<base::WallTime> ClockBelievedAt(const Store& store);
// Notes that the clock is trusted now.
base::Result<void> BelieveClock(const Store& store);

inline constexpr const char* kUsage = ".usage";
inline constexpr const char* kClock = ".clock";

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_USAGE_H_
