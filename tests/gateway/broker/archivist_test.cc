#include "gateway/broker/archivist.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "gateway/record/archive.h"
#include "gateway/record/usage.h"
#include "tests/gateway/record/scratch.h"

namespace broker {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The host's clock, set wrong by so much.
struct WrongClock final : base::Clock {
  base::WallTime Now() const override { return base::SystemClock().Now() + by; }
  base::MonotonicTime Monotonic() const override { return base::SystemClock().Monotonic(); }
  std::chrono::milliseconds by{0};
};

class ArchivistTest : public testing::Test {
 protected:
  // A service that has run a moment ago.
  void SetUp() override { ASSERT_TRUE(record::BelieveClock(store_)); }
  void ForgetClock() { ASSERT_EQ(unlinkat(store_.fd(), record::kClock, 0), 0); }
  void Make(const std::string& run, const std::string& person, hours age,
            std::size_t bytes = 300'000) {
    record::About about = scratch_.Piped(run);
    about.person = person;
    auto writer = store_.Create(about, {}, clock_);
    ASSERT_TRUE(writer) << writer.error().message();
    std::string noise;
    for (std::size_t i = 0; i < bytes; ++i)
      noise += static_cast<char>(random_ = random_ * 75 % 65537);
    writer->Append(record::Stream::kStdout, noise);
    (void)writer->End();
    ASSERT_TRUE(archivist_.Archive(std::vector<std::string>{run}));
    const auto ended = std::chrono::system_clock::to_time_t(base::SystemClock().Now() - age);
    const timespec times[2] = {{ended, 0}, {ended, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, scratch_.Path(run).c_str(), times, 0), 0);
  }
  Pruning Lenient() const {
    return {.retain = hours(24 * 90),
            .max_disk = 1UL << 40,
            .per_app = 1UL << 40,
            .per_person = 1UL << 40,
            .min_age = hours(24 * 7),
            .by = "the service",
            .synchronised = false};
  }
  // What was pruned, as "RUN CAUSE".
  std::vector<std::string> Prune(const Pruning& pruning) {
    pruned_.clear();
    const auto done = archivist_.Prune(pruning);
    refusal_ = done ? "" : done.error().message();
    return pruned_;
  }

  record::Scratch scratch_;
  record::Store store_ = scratch_.Open();
  WrongClock clock_;
  base::Log log_ = [](base::Level, const std::string&) {};
  std::vector<std::string> pruned_;
  std::string refusal_;
  unsigned random_ = 1;
  Archivist archivist_{{.store = store_,
                        .record = [this](const audit::Event& event) -> base::Result<void> {
                          if (const auto* pruned = std::get_if<audit::RecordingPruned>(&event)) {
                            pruned_.push_back(pruned->run + " " + pruned->cause);
                          }
                          return {};
                        },
                        .clock = clock_,
                        .log = log_}};
};

TEST_F(ArchivistTest, WhoTakesMostOfTheDiskGivesRoomFirst) {
  Make("quiet111", "bob", hours(2000), 1000);
  Make("noisy111", "alice", hours(300));
  Make("noisy222", "alice", hours(200));
  Pruning pruning = Lenient();
  pruning.max_disk = 400'000;
  EXPECT_THAT(Prune(pruning), ElementsAre("noisy111 max_disk"));
  EXPECT_EQ(store_.List()->size(), 2U);
}

TEST_F(ArchivistTest, WhatIsYoungDoesNotMakeRoomForOthers) {
  Make("young111", "alice", hours(1));
  Make("young222", "alice", hours(2));
  Pruning pruning = Lenient();
  pruning.max_disk = pruning.per_app = pruning.per_person = 0;
  EXPECT_THAT(Prune(pruning), IsEmpty());
  EXPECT_EQ(refusal_, "");
  pruning.min_age = hours(1);
  EXPECT_EQ(Prune(pruning).size(), 2U);
}

TEST_F(ArchivistTest, APersonAndAnAppHaveTheirShares) {
  Make("noisy111", "alice", hours(300));
  Make("noisy222", "alice", hours(200));
  Make("other111", "bob", hours(400));
  Pruning pruning = Lenient();
  pruning.per_person = 400'000;
  EXPECT_THAT(Prune(pruning), ElementsAre("noisy111 per_person"));
  pruning.per_app = 400'000;
  EXPECT_THAT(Prune(pruning), ElementsAre("other111 per_app"));
  const auto usage = record::ReadUsage(store_);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->OfPerson("bob"), 0U);
  EXPECT_EQ(usage->OfPerson("alice"), record::BytesOnDisk(store_, "noisy222"));
}

TEST_F(ArchivistTest, EachArchivedRecordingIsCounted) {
  EXPECT_THAT(Prune(Lenient()), IsEmpty());
  Make("counted1", "alice", hours(1));
  const auto usage = record::ReadUsage(store_);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->OfPerson("alice"), record::BytesOnDisk(store_, "counted1"));
  EXPECT_EQ(usage->OfApp("shop"), usage->all());
}

TEST_F(ArchivistTest, AWrongClockRemovesNothing) {
  Make("kept1111", "alice", hours(24 * 30));
  EXPECT_THAT(Prune(Lenient()), IsEmpty());  // the clock is believed
  for (const auto by : {hours(24 * 365 * 10), hours(-24 * 365), hours(25), hours(-25)}) {
    clock_.by = by;
    EXPECT_THAT(Prune(Lenient()), IsEmpty());
    EXPECT_THAT(refusal_, HasSubstr("more than a day apart"));
  }
  clock_.by = hours(23);
  EXPECT_THAT(Prune(Lenient()), IsEmpty());
  EXPECT_EQ(refusal_, "");
}

TEST_F(ArchivistTest, WithoutAClockThatWasBelievedTheNewestRecordingCounts) {
  ForgetClock();
  Make("kept1111", "alice", hours(24 * 100));
  EXPECT_THAT(Prune(Lenient()), IsEmpty());
  EXPECT_THAT(refusal_, HasSubstr("more than a day apart"));
}

TEST_F(ArchivistTest, ASynchronisedClockIsBelieved) {
  ForgetClock();
  Make("old11111", "alice", hours(24 * 100));
  Pruning pruning = Lenient();
  pruning.synchronised = true;
  EXPECT_THAT(Prune(pruning), ElementsAre("old11111 retain"));
}

TEST_F(ArchivistTest, ATouchedFileSaysThatTheClockIsRight) {
  ForgetClock();
  std::ofstream(scratch_.Path(record::kClock)) << "touched";
  Make("old11111", "alice", hours(24 * 100));
  EXPECT_THAT(Prune(Lenient()), ElementsAre("old11111 retain"));
}

}  // namespace
}  // namespace broker
