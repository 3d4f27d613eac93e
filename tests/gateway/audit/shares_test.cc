#include "gateway/audit/shares.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

using std::chrono::seconds;

RunDenied Denied(const std::string& person, const std::string& command = "rm") {
  RunDenied event;
  event.person = person;
  event.source = "192.0.2.1";
  event.command = command;
  return event;
}

int Taken(Shares& shares, const Event& event, int times) {
  int taken = 0;
  for (int i = 0; i < times; ++i) taken += shares.Takes(event, Shares::Room::kEnough) ? 1 : 0;
  return taken;
}

TEST(Shares, OnePersonHasAHundredDenialsWrittenAtOnceAndTheRestSummed) {
  FakeClock clock;
  Shares shares(clock);
  EXPECT_EQ(Taken(shares, Denied("mallory"), 1000), 100);
  EXPECT_FALSE(shares.Takes(Denied("mallory", "the last"), Shares::Room::kEnough));
  const auto sums = shares.Take();
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(JsonOf(sums.front()),
            R"({"event":"summed","of":"run.denied","person":"mallory","count":901,)"
            R"("first":"2026-03-01T09:30:00.125Z","last":"2026-03-01T09:30:00.125Z",)"
            R"("sources":["192.0.2.1"],"command":"the last","cause":"share",)"
            R"("commands":["rm","the last"]})");
  EXPECT_TRUE(shares.Take().empty());
}

TEST(Shares, ASumKeepsTheFirstDifferentCommands) {
  FakeClock clock;
  Shares shares(clock);
  Taken(shares, Denied("mallory", "noise"), 107);
  Taken(shares, Denied("mallory", "cat /etc/shadow"), 1);
  for (int i = 0; i < 100; ++i) {
    Taken(shares, Denied("mallory", std::to_string(i) + std::string(2000, 'x')), 1);
  }
  Taken(shares, Denied("mallory", "noise"), 4);
  const auto sums = shares.Take();
  ASSERT_EQ(sums.size(), 1U);
  const auto& commands = sums.front().commands;
  ASSERT_EQ(commands.size(), Shares::kMaxCommands);
  EXPECT_EQ(commands[0], "noise");
  EXPECT_EQ(commands[1], "cat /etc/shadow");
  EXPECT_EQ(commands[2].size(), 256U);
  EXPECT_NE(JsonOf(sums.front()).find(commands.back()), std::string::npos);
}

TEST(Shares, OnePersonTakesNothingFromAnother) {
  FakeClock clock;
  Shares shares(clock);
  Taken(shares, Denied("mallory"), 1000);
  EXPECT_EQ(Taken(shares, Denied("alice"), 50), 50);
  EXPECT_TRUE(shares.Takes(Authenticated{"mallory", "", "", "", ""}, Shares::Room::kEnough));
}

TEST(Shares, AShareGrowsAgain) {
  FakeClock clock;
  Shares shares(clock);
  Taken(shares, Denied("mallory"), 1000);
  clock.now += seconds(30);
  EXPECT_EQ(Taken(shares, Denied("mallory"), 1000), 3);
}

TEST(Shares, TheStartsOfOnePersonTakeABoundedNumberOfBytesInAnHour) {
  FakeClock clock;
  Shares shares(clock);
  const auto starts = [&](const std::string& person, int times) {
    int taken = 0;
    for (int i = 0; i < times; ++i) taken += shares.TakesStart(person, 60'000, 1'000'000) ? 1 : 0;
    return taken;
  };
  EXPECT_EQ(starts("carol", 1000), 17);  // each with what follows it
  EXPECT_EQ(starts("alice", 1), 1);
  clock.now += std::chrono::minutes(30);
  EXPECT_EQ(starts("carol", 1000), 8);
  clock.now += std::chrono::hours(100);
  EXPECT_EQ(starts("carol", 1000), 17);
}

TEST(Shares, AStartThatIsLargerThanTheShareIsTakenOnce) {
  FakeClock clock;
  Shares shares(clock);
  EXPECT_TRUE(shares.TakesStart("carol", 500'000, 100'000));
  EXPECT_FALSE(shares.TakesStart("carol", 1, 100'000));
  clock.now += std::chrono::hours(4);
  EXPECT_FALSE(shares.TakesStart("carol", 1, 100'000));
  clock.now += std::chrono::hours(1);
  EXPECT_TRUE(shares.TakesStart("carol", 1, 100'000));
}

TEST(Shares, ASumIsWrittenWithinAWindow) {
  FakeClock clock;
  Shares shares(clock);
  EXPECT_FALSE(shares.Wait());
  Taken(shares, Denied("mallory"), 101);
  EXPECT_EQ(shares.Wait(), Shares::kWindow);
  clock.now += seconds(60);
  EXPECT_EQ(shares.Wait(), std::chrono::milliseconds(0));
}

TEST(Shares, WithLittleRoomEverythingIsSummedButEnds) {
  FakeClock clock;
  Shares shares(clock);
  EXPECT_FALSE(shares.Takes(Denied("alice"), Shares::Room::kScarce));
  AuthenticationsFailed failed;
  failed.source = "192.0.2.9";
  failed.count = 7;
  EXPECT_FALSE(shares.Takes(failed, Shares::Room::kScarce));
  EXPECT_TRUE(shares.Takes(End("r"), Shares::Room::kScarce));
  EXPECT_TRUE(shares.Takes(ServiceStopped{}, Shares::Room::kScarce));
  const auto sums = shares.Take();
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums.front().count, 7U);
  EXPECT_EQ(sums.front().cause, "reserve");
}

TEST(Shares, ManyPeopleTakeBoundedMemory) {
  FakeClock clock;
  Shares shares(clock);
  for (std::size_t i = 0; i < 2 * Shares::kMaxPeople; ++i) {
    (void)shares.Takes(Denied("cert:" + std::to_string(i)), Shares::Room::kScarce);
  }
  const auto sums = shares.Take();
  EXPECT_LE(sums.size(), Shares::kMaxPeople + 1);
  std::uint64_t count = 0;
  for (const Summed& sum : sums) count += sum.count;
  EXPECT_EQ(count, 2 * Shares::kMaxPeople);
}

}  // namespace
}  // namespace audit
