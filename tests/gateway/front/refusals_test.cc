#include "gateway/front/refusals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace front {
namespace {

class SetClock final : public base::Clock {
 public:
  base::WallTime Now() const override { return base::WallTime(time); }
  base::MonotonicTime Monotonic() const override { return base::MonotonicTime(time); }
  std::chrono::milliseconds time{0};
};

base::Network Source(int number) {
  return base::Network::Of(*base::IpAddress::Parse("10.0." + std::to_string(number / 250) + "." +
                                                   std::to_string(number % 250)),
                           32);
}

TEST(Refusals, AreSummedBySource) {
  SetClock clock;
  Refusals refusals(clock);
  EXPECT_FALSE(refusals.untold());
  refusals.Add(Source(1), Reason::kPenalty);
  clock.time = std::chrono::milliseconds(1);
  refusals.Add(Source(1), Reason::kPerSource);
  clock.time = std::chrono::milliseconds(2);
  refusals.Add(Source(1), Reason::kPenalty);
  EXPECT_TRUE(refusals.untold());
  const auto sums = refusals.Take();
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums[0].source, "10.0.0.1");
  EXPECT_EQ(sums[0].count, 3U);
  EXPECT_EQ(sums[0].first, "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(sums[0].last, "1970-01-01T00:00:00.002Z");
  EXPECT_EQ(sums[0].reasons, (std::vector<std::string>{"penalty", "per_source"}));
  EXPECT_FALSE(refusals.untold());
}

TEST(Refusals, OfOneSourceAreToldOnceAMinuteAndOfANewOneAtOnce) {
  SetClock clock;
  Refusals refusals(clock);
  refusals.Add(Source(1), Reason::kPenalty);
  EXPECT_EQ(refusals.Take().size(), 1U);
  refusals.Add(Source(1), Reason::kPenalty);
  refusals.Add(Source(2), Reason::kPenalty);
  const auto second = refusals.Take();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].source, "10.0.0.2");
  EXPECT_TRUE(refusals.untold());
  clock.time = Refusals::kEvery;
  const auto first = refusals.Take();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].source, "10.0.0.1");
  EXPECT_EQ(first[0].count, 1U);
}

TEST(Refusals, AtTheEndAreAllTold) {
  SetClock clock;
  Refusals refusals(clock);
  refusals.Add(Source(1), Reason::kPenalty);
  (void)refusals.Take();
  EXPECT_TRUE(refusals.TakeAll().empty());
  refusals.Add(Source(1), Reason::kPenalty);
  (void)refusals.Take();
  refusals.Add(Source(1), Reason::kPenalty);
  EXPECT_EQ(refusals.TakeAll().size(), 1U);
}

TEST(Refusals, OfTooManySourcesAreSummedAsOthersUntilThereIsRoom) {
  SetClock clock;
  Refusals refusals(clock);
  for (int i = 0; i < static_cast<int>(Refusals::kMaxSources) + 9; ++i) {
    refusals.Add(Source(i), Reason::kStartups);
  }
  const auto sums = refusals.Take();
  ASSERT_EQ(sums.size(), Refusals::kMaxSources + 1);
  EXPECT_EQ(sums.back().source, "others");
  EXPECT_EQ(sums.back().count, 9U);
  clock.time = Refusals::kEvery;
  EXPECT_TRUE(refusals.Take().empty());
  refusals.Add(Source(999), Reason::kStartups);
  EXPECT_EQ(refusals.Take().at(0).source, "10.0.3.249");
}

}  // namespace
}  // namespace front
