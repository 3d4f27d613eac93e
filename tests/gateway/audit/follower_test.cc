#include "gateway/audit/follower.h"

#include <gtest/gtest.h>

#include "gateway/audit/record.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

using Numbers = std::vector<std::uint64_t>;

// All that is there now.
Numbers Rest(Follower& follower) {
  Numbers numbers;
  for (;;) {
    const auto line = follower.Next();
    EXPECT_TRUE(line) << line.error().message();
    if (!line || !*line) return numbers;
    EXPECT_EQ(ParseRecord((*line)->bytes)->seq, (*line)->seq);
    numbers.push_back((*line)->seq);
  }
}

TEST(Follower, GivesWhatIsThereAndThenWhatHasCome) {
  ScratchLog scratch;
  scratch.Fill(2);
  auto follower = Follower::Open(scratch.path()).value();
  EXPECT_EQ(Rest(follower), (Numbers{1, 2, 3, 4}));
  scratch.Open()->Append({Listing("five")});
  EXPECT_EQ(Rest(follower), Numbers{5});
  scratch.clock.now += std::chrono::hours(24);
  scratch.Open()->Append({Listing("six")});
  EXPECT_EQ(Rest(follower), Numbers{6});
}

TEST(Follower, BeginsBehindTheRecordThatItIsTold) {
  ScratchLog scratch;
  scratch.Fill(3);
  auto follower = Follower::Open(scratch.path(), 4).value();
  EXPECT_EQ(Rest(follower), (Numbers{5, 6}));
  auto from_file = Follower::Open(scratch.path(), 2, kDay2).value();
  EXPECT_EQ(Rest(from_file), (Numbers{4, 5, 6}));
}

TEST(Follower, OfNoFileWaitsForTheFirst) {
  const ScratchLog scratch;
  auto follower = Follower::Open(scratch.path()).value();
  EXPECT_EQ(Rest(follower), Numbers{});
  scratch.Open()->Append({Listing("one")});
  EXPECT_EQ(Rest(follower), Numbers{1});
}

TEST(Follower, WaitsForTheRestOfALine) {
  const ScratchLog scratch;
  scratch.Open()->Append({Listing("one"), Listing("two")});
  const std::string whole = scratch.Read(kDay1);
  const std::size_t first = whole.find('\n') + 1;
  scratch.Write(kDay1, whole.substr(0, first));
  auto follower = Follower::Open(scratch.path()).value();
  EXPECT_EQ(Rest(follower), Numbers{1});
  scratch.Append(kDay1, whole.substr(first, 40));
  EXPECT_EQ(Rest(follower), Numbers{});
  scratch.Append(kDay1, whole.substr(first + 40));
  EXPECT_EQ(Rest(follower), Numbers{2});
}

TEST(Follower, PassesOverWhatIsNoRecord) {
  const ScratchLog scratch;
  scratch.Open()->Append({Listing("one")});
  scratch.Append(kDay1, "junk\n{\"seq\":9}\n" + std::string(1U << 20, 'x') + "\n");
  auto log = scratch.Open();
  log->Append({Listing("two")});
  auto follower = Follower::Open(scratch.path()).value();
  EXPECT_EQ(Rest(follower), (Numbers{1, 2, 3}));  // 2 accounts for what was passed over
}

TEST(Follower, GivesNoRecordTwiceThoughItWasReplayed) {
  const ScratchLog scratch;
  scratch.Open()->Append({Listing("one"), Listing("two")});
  scratch.Append(kDay1, scratch.Read(kDay1));
  auto follower = Follower::Open(scratch.path()).value();
  EXPECT_EQ(Rest(follower), (Numbers{1, 2}));
}

}  // namespace
}  // namespace audit
